"""The archives to download: what they hold, with the same bytes each time."""

import zipfile

import pack


def test_an_archive_holds_the_folder_and_nothing_that_a_tool_left_there(tmp_path):
    folder, more = tmp_path / "kit", tmp_path / "orders.py"
    for name in "a.py", "rules/b.yml", ".github/c.yml", "x.pyc", "__pycache__/a.pyc", "old/d.py":
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    for cache in ".ruff_cache", "rules/.pytest_cache", "rules/__pycache__":
        (folder / cache).mkdir()
        (folder / cache / "CACHEDIR.TAG").touch()
    more.write_text("more")
    target = tmp_path / "site/kit.zip"

    def changed(copy):
        (copy / "a.py").write_text("changed")

    pack.archive(target, "team", folder, more, changed=changed, without=("*.pyc", "old"))
    first = target.read_bytes()
    with zipfile.ZipFile(target) as archive:
        names = "a.py", "rules/b.yml", ".github/c.yml", "orders.py", "LICENSE"
        assert {*archive.namelist()} == {f"team/{name}" for name in names}
        assert archive.read("team/a.py") == b"changed"
    assert (folder / "a.py").read_text() == "a.py"
    pack.archive(target, "team", folder, more, changed=changed, without=("*.pyc", "old"))
    assert target.read_bytes() == first
