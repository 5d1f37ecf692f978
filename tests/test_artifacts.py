"""Files of results/: whole or not at all, no pickle, equal content gives equal bytes."""

import os
import pickle
import socket
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from aecluster.errors import InputError
from aecluster.jobs import artifacts
from aecluster.jobs.artifacts import (
    load_array,
    load_json,
    load_shape,
    load_table,
    load_text,
    save_array,
    save_json,
    save_table,
    save_text,
    written_whole,
)
from aecluster.jobs.checksums import checksum_file, recorded, verified


def names(folder):
    """Names of files, without checksums: each has to stand beside its own file."""
    files = {path.name for path in folder.iterdir()}
    sums = {name for name in files if name.startswith(".") and name.endswith(".sha256")}
    assert {name[1:].removesuffix(".sha256") for name in sums} <= files
    return sorted(files - sums)


def test_the_file_appears_at_the_end_of_the_block(tmp_path):
    path = tmp_path / "new" / "folder" / "text.txt"
    with written_whole(path) as draft:
        assert draft.parent == path.parent and draft.suffix == ".txt" and draft != path
        draft.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole" and names(path.parent) == ["text.txt"]


@pytest.mark.parametrize("old", [None, "old"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_no_file_or_the_old_one(tmp_path, old, error):
    path = tmp_path / "text.txt"
    if old:
        path.write_text(old)
    with pytest.raises(error), written_whole(path) as draft:
        draft.write_text("half")
        raise error
    assert names(tmp_path) == (["text.txt"] if old else [])
    assert not old or path.read_text() == old


def test_a_block_that_writes_nothing_is_an_error_and_keeps_the_old_file(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), written_whole(path):
        pass
    assert path.read_text() == "old" and names(tmp_path) == ["text.txt"]


def test_the_old_file_stays_readable_until_it_is_replaced(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("old")
    with path.open() as reader:
        with written_whole(path) as draft:
            draft.write_text("new")
            assert path.read_text() == "old"
        assert reader.read() == "old"  # another file took the name: nothing was overwritten
    assert path.read_text() == "new"


def test_the_draft_of_a_killed_process_goes_with_the_next_write(tmp_path):
    (tmp_path / ".table.123.draft.csv").write_text("half")
    (tmp_path / "..table.csv.123.draft.sha256").write_text("half")
    (tmp_path / ".other.123.draft.csv").write_text("of another file")
    save_text(tmp_path / "table.csv", "whole")
    assert names(tmp_path) == [".other.123.draft.csv", "table.csv"]


def test_a_killed_process_that_nobody_waited_for_leaves_no_draft(tmp_path):
    """Where process 1 collects no orphans, as in many containers, they stay as zombies."""
    killed = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    draft = tmp_path / f".table.{socket.gethostname()}-{killed.pid}.draft.csv"
    draft.write_text("half")
    save_text(tmp_path / "table.csv", "whole")
    assert draft.exists()  # its writer lives
    killed.kill()
    os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)  # it has ended, but is not collected
    save_text(tmp_path / "table.csv", "whole")
    assert not draft.exists()
    killed.wait()


def test_the_draft_is_on_the_disk_before_it_takes_the_name(tmp_path, monkeypatch):
    path, steps = tmp_path / "text.txt", []
    monkeypatch.setattr(os, "fsync", lambda fd: steps.append(("sync", path.exists())))
    save_text(path, "text")
    assert steps == [("sync", False), ("sync", True)]  # the file, then its checksum


def test_a_failing_writer_keeps_the_old_array(tmp_path, monkeypatch):
    path = tmp_path / "array.npy"
    save_array(path, np.arange(3))

    def half(file, array, **options):
        file.write(b"\x93NUMPY")
        raise OSError("disk full")

    monkeypatch.setattr(artifacts.np, "save", half)
    with pytest.raises(OSError, match="disk full"):
        save_array(path, np.arange(4))
    assert np.load(path).tolist() == [0, 1, 2] and names(tmp_path) == ["array.npy"]


@pytest.mark.parametrize("mmap", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32"])
def test_arrays_come_back_in_c_order(tmp_path, dtype, mmap):
    array = np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(dtype))
    save_array(tmp_path / "array.npy", array)
    loaded = load_array(tmp_path / "array.npy", mmap=mmap)
    assert loaded.dtype == dtype and loaded.flags.c_contiguous
    assert (loaded == array).all() and isinstance(loaded, np.memmap) == mmap
    assert loaded.flags.writeable != mmap


def test_equal_arrays_give_equal_bytes(tmp_path):
    array = np.arange(12).reshape(3, 4)
    save_array(tmp_path / "a.npy", array)
    save_array(tmp_path / "b.npy", np.asfortranarray(array))
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (type(self.path).touch, (self.path,))


def broken_files(tmp_path):
    whole = tmp_path / "whole.npy"
    np.save(whole, np.arange(1000.0))
    data = whole.read_bytes()
    np.savez(tmp_path / "archive.npz", a=np.arange(9))
    evil = Evil(tmp_path / "ran")
    objects = tmp_path / "objects.npy"
    np.save(objects, np.array([evil], dtype=object), allow_pickle=True)
    return {
        "empty": b"",
        "magic": data[:6],
        "header": data[:40],
        "no data": data[:128],
        "half": data[: len(data) // 2],
        "one byte short": data[:-1],
        "text": b"id,label\n0,1\n",
        "no closing brace": data.replace(b"}", b" ", 1),
        "no quote": data.replace(b"'descr'", b"'descr ", 1),
        "huge shape": data.replace(
            b"(1000,), }" + b" " * 12, b"(" + b"9" * 12 + b",), }     "[:21]
        ),
        "pickle": pickle.dumps(evil),
        "objects": objects.read_bytes(),
        "archive": (tmp_path / "archive.npz").read_bytes(),
        "half an archive": (tmp_path / "archive.npz").read_bytes()[:100],
    }


@pytest.mark.parametrize("mmap", [False, True])
def test_what_is_no_whole_array_is_refused_by_name(tmp_path, mmap):
    for number, (kind, content) in enumerate(broken_files(tmp_path).items()):
        path = tmp_path / f"broken{number}.npy"
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            load_array(path, mmap=mmap)
        assert str(path) in str(caught.value), kind
        assert "write it again" in str(caught.value), kind
    assert not (tmp_path / "ran").exists()


def test_a_missing_array_and_a_folder_are_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"missing\.npy does not exist; check the path"):
        load_array(tmp_path / "missing.npy")
    with pytest.raises(InputError, match=tmp_path.name):
        load_array(tmp_path)


def test_the_shape_is_read_from_the_header_alone(tmp_path):
    save_array(tmp_path / "array.npy", np.zeros((3, 4, 5)))
    content = (tmp_path / "array.npy").read_bytes()
    (tmp_path / "array.npy").write_bytes(content[:128])
    assert load_shape(tmp_path / "array.npy") == (3, 4, 5)
    for broken in (content[:40], b"text"):
        (tmp_path / "array.npy").write_bytes(broken)
        with pytest.raises(InputError, match=r"array\.npy is not a whole"):
            load_shape(tmp_path / "array.npy")
    with pytest.raises(InputError, match=r"missing\.npy does not exist; check the path"):
        load_shape(tmp_path / "missing.npy")


def test_objects_are_not_saved(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        save_array(tmp_path / "objects.npy", np.array([{}], dtype=object))
    assert names(tmp_path) == []


def test_equal_json_gives_equal_bytes(tmp_path):
    save_json(tmp_path / "a.json", {"b": [1, 2], "a": {"d": "ü", "c": None}})
    save_json(tmp_path / "b.json", {"a": {"c": None, "d": "ü"}, "b": [1, 2]})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "b.json").read_text(encoding="utf-8")
    assert text.endswith("}\n") and '"ü"' in text
    assert load_json(tmp_path / "a.json") == {"a": {"c": None, "d": "ü"}, "b": [1, 2]}


@pytest.mark.parametrize("content", [b"", b'{"a": ', b"\xff\xfe", b"plain"])
def test_broken_json_is_refused_by_name(tmp_path, content):
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.json is not valid JSON"):
        load_json(path)


def test_text_is_utf8_in_every_locale(tmp_path):
    """A cluster's jobs often run with LC_ALL=C."""
    code = (
        "import sys; from aecluster.jobs.artifacts import *; "
        "save_text(sys.argv[1], '\\xe4 \\xb1\\n'); save_json(sys.argv[2], {'a': '\\xe4'}); "
        "assert load_json(sys.argv[2]) == {'a': '\\xe4'}"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a.txt"), str(tmp_path / "a.json")]
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run(command, env=environment, check=True)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "ä ±\n"


def test_tables_have_no_index_and_unix_line_ends(tmp_path):
    save_table(tmp_path / "t.csv", pd.DataFrame({"a": [1, 2], "b": [0.5, None]}))
    assert (tmp_path / "t.csv").read_bytes() == b"a,b\n1,0.5\n2,\n"


# Checksums.


def test_the_checksum_is_what_sha256sum_reads(tmp_path):
    save_text(tmp_path / "a file.txt", "text")
    command = ["sha256sum", "--check", ".a file.txt.sha256"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "a file.txt").write_text("Text")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1


def test_any_flipped_byte_and_any_cut_is_found(tmp_path):
    path = tmp_path / "array.npy"
    save_array(path, np.arange(20))
    whole = path.read_bytes()
    assert verified(path) == path
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        for content in (bytes(flipped), whole[:place]):
            path.write_bytes(content)
            with pytest.raises(InputError, match=r"array\.npy was damaged or changed"):
                load_array(path, mmap=True)
    path.write_bytes(whole)
    assert load_array(path).tolist() == list(range(20))


def test_a_damaged_checksum_is_found_and_goes_with_the_next_write(tmp_path):
    path = tmp_path / "text.txt"
    for content in (b"", b"\xff" * 64, b"0" * 64):
        save_text(path, "text")
        checksum_file(path).write_bytes(content)
        with pytest.raises(InputError, match="delete it and run again"):
            load_text(path)
    path.unlink()
    save_text(path, "text")
    assert load_text(path) == "text"


def test_a_file_of_the_users_has_no_checksum_and_is_read(tmp_path):
    np.save(tmp_path / "mine.npy", np.arange(3))
    assert recorded(tmp_path / "mine.npy") is None
    assert load_array(tmp_path / "mine.npy").tolist() == [0, 1, 2]


def test_moved_results_keep_their_checksums(tmp_path):
    save_text(tmp_path / "results/text.txt", "text")
    (tmp_path / "results").rename(tmp_path / "moved")
    assert load_text(tmp_path / "moved/text.txt") == "text"
    (tmp_path / "moved/text.txt").write_text("test")
    with pytest.raises(InputError, match="damaged"):
        load_text(tmp_path / "moved/text.txt")


@pytest.mark.parametrize("step", range(5))
def test_killed_between_file_and_checksum_is_no_false_alarm(tmp_path, monkeypatch, step):
    """An old checksum goes first, the new one comes last: whatever is there can be read."""
    path = tmp_path / "text.txt"
    save_text(path, "old")
    steps = iter(range(10))

    def killed(real):
        def call(*args, **options):
            if next(steps) == step:
                raise KeyboardInterrupt
            return real(*args, **options)

        return call

    monkeypatch.setattr(os, "fsync", killed(os.fsync))
    monkeypatch.setattr(type(path), "replace", killed(type(path).replace))
    monkeypatch.setattr(artifacts, "sha256", killed(artifacts.sha256))
    with pytest.raises(KeyboardInterrupt):
        save_text(path, "new")
    assert load_text(path) == ("old" if step < 3 else "new")


def test_a_table_that_is_none_is_refused_by_name(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InputError, match=r"empty\.csv is no table"):
        load_table(tmp_path / "empty.csv")
