from dashboard.views.viewers.diffs.trees import MOST_DEEP, tree


def drawn(nodes):
    return [node.name if node.file is not None else {node.name: drawn(node.children)} for node in nodes]


def tree_of(*paths):
    return drawn(tree([(path, number) for number, path in enumerate(paths)]))


def test_files_stand_in_their_folders_which_come_first():
    assert tree_of("z.py", "src/b.py", "src/a/x.py", "src/a.py", "README") == [
        {"src": [{"a": ["x.py"]}, "a.py", "b.py"]},
        "README",
        "z.py",
    ]


def test_folders_that_hold_one_folder_alone_share_a_line():
    assert tree_of("src/app/x.py", "src/app/y.py") == [{"src/app": ["x.py", "y.py"]}]


def test_names_that_begin_alike_are_kept_apart():
    assert tree_of("a-b/x", "a/x", "a.b/x") == [{"a-b": ["x"]}, {"a.b": ["x"]}, {"a": ["x"]}]


def test_a_file_that_is_patched_twice_is_there_twice():
    assert tree_of("a/x", "a/x") == [{"a": ["x", "x"]}]


def test_a_path_of_a_thousand_folders_is_no_tree_of_a_thousand():
    ((name, children),) = tree_of("/".join("abcdefghijklmnopqrstuvwxyz" * 20))[0].items()
    assert name.count("/") == MOST_DEEP - 1
    assert len(children) == 1
