"""Join the files that pages load together: on a phone each file more is a wait.

Bundlers were looked at, such as esbuild and webassets. They bring a program of their own, and no
file here imports another: to join them is all there is to do.
"""

BUNDLES = {  # in assets/; each is written where its last part was
    "style.css": ("stylesheets/main.*.css", "stylesheets/palette.*.css", "style.css"),
    "page.js": ("search.js", "search-box.js", "page.js"),
    "explorer.js": ("explorer-graph.js", "explorer.js"),
    "dump-box.js": ("dump-rules.js", "dump-reader.js", "dump-box.js"),
}


def write(assets):
    """Write each bundle into the folder of assets, and remove its parts."""
    for name, parts in BUNDLES.items():
        paths = [path for part in parts for path in sorted(assets.glob(part))]
        texts = [path.read_text("utf-8").strip() for path in paths]
        for path in paths:
            path.unlink()
        is_script = name.endswith(".js")
        between, first = ("\n;\n", '"use strict"\n') if is_script else ("\n", "")
        assets.joinpath(name).write_text(f"{first}{between.join(texts)}\n", "utf-8")
