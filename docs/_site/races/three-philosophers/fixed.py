import threading

forks = [threading.Lock() for _ in range(3)]
meals = 0


def eat(left, right):
    global meals
    with forks[left]:
        with forks[right]:
            meals += 1


def first():
    eat(0, 1)


def second():
    eat(1, 2)


def third():
    eat(0, 2)


threads = first, second, third


def check():
    assert meals == 3, f"only {meals} have eaten"
