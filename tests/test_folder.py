"""Folders of pictures as people have them: which are read, how each is decoded, what is said."""

import errno
import io
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms
from test_sources import flat, pixels, read_all, refused, save_image

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json
from aecluster.sources import decoding, folder, formats, listing
from aecluster.sources.changes import identity
from aecluster.sources.choice import choose
from aecluster.sources.listing import listed
from aecluster.sources.notes import report, sentences
from aecluster.sources.prepare import read
from aecluster.sources.resizing import fit_all

SMOOTH = np.linspace(30, 220, 96).astype(np.uint8)
PHOTO = np.dstack([np.add.outer(SMOOTH // 2, SMOOTH // 2), *[np.tile(SMOOTH, (96, 1))] * 2])


def jpeg(array=PHOTO, **options):
    content = io.BytesIO()
    Image.fromarray(array).save(content, "JPEG", quality=90, **options)
    return content.getvalue()


def read_with_notes(path, size=16, **settings):
    """Read a folder as the workflow does; return the images, and what is noted beside them."""
    source = folder.load(path=path, **settings)
    indices, skipped = read(path.parent / "read.npy", source, size)
    return np.load(path.parent / "read.npy"), skipped, source.facts(indices)


@pytest.fixture
def photos(tmp_path):
    """A folder with ten colour pictures."""
    for number in range(10):
        save_image(tmp_path / f"photos/good{number}.png", pixels(16, 16, 3))
    return tmp_path / "photos"


# --- which files: named, by their first bytes, by kind -------------------------------------------


def test_a_file_without_a_suffix_is_known_by_its_first_bytes(photos):
    (photos / "IMG_0001").write_bytes(jpeg())
    (photos / "README").write_text("BM, P1: these are words")
    (photos / "clip").write_bytes(b"\0\0\0\x18ftypmp42")
    os.mkfifo(photos / "pipe")
    found = listed(photos)
    assert "IMG_0001" in found.names and len(found.names) == 11
    assert found.left_out == {
        "README": "no image by its first bytes",
        "clip": "a video",
        "pipe": "no regular file",
    }


def test_what_was_not_read_is_counted_by_kind_with_what_to_do(photos, monkeypatch):
    without_heif(monkeypatch)
    for name in ("a.heic", "b.HEIC", "c.NEF", "d.mov", "e.pdf", "f.txt"):
        (photos / name).write_bytes(b"x")
    _, skipped, facts = read_with_notes(photos)
    said = sentences(skipped, facts)
    assert len(said) == 4
    assert said[0].startswith("2 HEIC photographs were not read; pillow-heif, which reads HEIC, is")
    assert "envs/requirements-extras.txt" in said[0]
    assert said[1].startswith("1 raw photograph was not read; export to JPEG or TIFF")
    assert said[2].startswith("1 video was not read; extract frames: ffmpeg")


def test_a_folder_of_heic_alone_says_so(tmp_path, monkeypatch):
    without_heif(monkeypatch)
    (tmp_path / "a.heic").write_bytes(b"x")
    with refused("holds no images that can be read: 1 HEIC photograph was not read; pillow-heif"):
        folder.count(path=tmp_path)


def test_heic_under_another_name_says_what_it_is(photos, monkeypatch):
    without_heif(monkeypatch)
    (photos / "a.jpg").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 50)
    _, skipped, _ = read_with_notes(photos)
    assert skipped["broken"]["a.jpg"].startswith(
        "is not an image that Pillow knows, but a HEIC photograph: pillow-heif, which reads"
    )


def without_heif(monkeypatch):
    """As where pillow-heif is not installed."""
    known = formats.decoded_suffixes() - {".heic", ".heif", ".hif"}
    monkeypatch.setattr(formats, "decoded_suffixes", lambda: known)


def test_heic_is_read_where_pillow_heif_is_installed(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    for number in range(2):
        pillow_heif.from_pillow(Image.fromarray(PHOTO)).save(tmp_path / f"{number}.heic")
    images = read_all(folder.load(path=tmp_path))
    assert images.shape == (2, 96, 96, 3)
    assert abs(images[0].astype(int) - PHOTO).mean() < 5


# --- folders as labels, or as a property ---------------------------------------------------------


def test_loose_files_beside_sub_folders_are_read_without_labels(tmp_path):
    for name in ("loose.png", "a/1.png", "a/deep/2.png", "b/3.png"):
        save_image(tmp_path / "photos" / name, pixels(16, 16, 3))
    source = folder.load(path=tmp_path / "photos", labels="none")
    assert source.labels is None and source.n_images == 4
    _, _, facts = read_with_notes(tmp_path / "photos", labels="none")
    assert facts["folder"] == ["a", "a/deep", "b", ""]
    for function in (folder.files, folder.count, folder.load, folder.listing):
        with refused("or set `labels: none` to read them without classes"):
            function(path=tmp_path / "photos")


def test_a_single_sub_folder_is_no_class(tmp_path):
    for number in range(3):
        save_image(tmp_path / f"DCIM/{number}.png", flat(number))
    assert folder.load(path=tmp_path).labels is None
    save_image(tmp_path / "other/1.png", flat(1))
    assert folder.load(path=tmp_path).class_names == ["DCIM", "other"]


def test_labels_that_a_folder_does_not_have_are_refused(photos):
    with refused("labels must be folders or none, but is years."):
        folder.count(path=photos, labels="years")


def test_no_choice_looks_at_labels_that_are_not_asked_for(photos):
    class Hidden(folder.FolderSource):
        labels = property(lambda self: pytest.fail("the labels were looked at"))

    source = Hidden(listed(photos), None, labels="none")
    assert choose(source, limit=4).tolist() == sorted(choose(source, limit=4, seed=0).tolist())


# --- one plan, one walk; changes by content ------------------------------------------------------


def test_questions_of_one_plan_walk_through_the_folder_once(photos, monkeypatch):
    walks = []
    monkeypatch.setattr(
        listing, "_walk", lambda root, walk=listing._walk: walks.append(root) or walk(root)
    )
    for _ in range(3):
        folder.files(path=photos), folder.count(path=photos), folder.listing(path=photos)
    assert len(walks) == 1
    folder.load(path=photos)
    assert len(walks) == 2, "what is read is what is there now"


@pytest.fixture
def known(photos, tmp_path):
    """A function that gives the identity of the folder, after it was planned and read once."""
    from aecluster.jobs.artifacts import save_json

    seen, notes = tmp_path / "seen.json", tmp_path / "results.json"

    def ask():
        return identity(listed(photos), seen, notes)

    before = ask()
    source = folder.load(path=photos)
    indices, _ = read(tmp_path / "read.npy", source, 16, limit=8)
    save_json(notes, {"files": source.facts(indices)})
    assert ask() == before
    return ask


def test_touched_pictures_are_the_same_whatever_the_date(known, photos):
    before = known()
    for number, path in enumerate(sorted(photos.iterdir())):
        os.utime(path, ns=(0, (4_102_444_800 if number % 2 else 1) * 10**9))  # 2100, or 1970
    assert known() == before
    assert known() == before, "the new times are known from then on"


def test_a_picture_that_changed_added_or_removed_is_seen(known, photos):
    found = [known()]
    for change in (
        lambda: replace_a_byte(photos / "good0.png"),
        lambda: save_image(photos / "new.png", flat(1)),
        (photos / "new.png").unlink,
        lambda: save_image(photos / "good1.png", flat(1)),
    ):
        change()
        found.append(known())
    assert found[3] == found[1] and len(set(found)) == 4


def replace_a_byte(path):
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


def test_a_picture_that_no_result_was_made_from_may_change(known, photos, tmp_path):
    left = sorted(set(range(10)) - set(choose(folder.load(path=photos), limit=8).tolist()))
    before = known()
    replace_a_byte(photos / f"good{left[0]}.png")
    assert known() == before
    (tmp_path / "results.json").write_text("damaged")
    os.utime(photos / "good0.png", ns=(0, 10**9))
    assert known() != before, "where nothing is known of what was read, a new time is a change"


# --- depth ---------------------------------------------------------------------------------------


def test_twelve_bits_in_sixteen_have_one_scale_for_the_folder(tmp_path):
    photos = tmp_path / "photos"
    dark = np.arange(64, dtype=np.uint16).reshape(8, 8)
    save_image(photos / "dark.tiff", dark)
    save_image(photos / "bright.png", dark * 60 + 300)
    images, skipped, facts = read_with_notes(photos, size=None)
    expected = np.stack([dark * 60 + 300, dark]) * (255 / 4095)
    assert (images[..., 0] == np.rint(expected)).all()
    assert facts["white"] == {"integers": 4095.0}
    assert sentences(skipped, facts) == [
        "in files of more than 8 bits, 4,095 is white: the range of all values that are there."
    ]
    source = folder.load(path=photos)
    assert (source.read(np.array([1]), None)[0] == images[1]).all(), "of the folder, not the image"


def test_sixteen_bits_that_are_used_need_no_sentence(tmp_path):
    save_image(tmp_path / "photos/1.png", np.full((8, 8), 40_000, np.uint16))
    _, skipped, facts = read_with_notes(tmp_path / "photos", size=None)
    assert facts["white"] == {"integers": 65535.0} and sentences(skipped, facts) == []


@pytest.mark.parametrize(
    ("values", "expected"), [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 99.6, 255.0], [0, 100, 255])]
)
def test_floats_are_read_in_both_usual_ranges(tmp_path, values, expected):
    for number, value in enumerate(values):
        Image.new("F", (8, 8), value).save(tmp_path / f"{number}.tiff")
    assert read_all(folder.load(path=tmp_path))[:, 0, 0, 0].tolist() == expected


def test_new_images_take_over_the_scale(tmp_path):
    save_image(tmp_path / "known/1.png", np.full((8, 8), 4000, np.uint16))
    save_image(tmp_path / "new/1.png", np.full((8, 8), 500, np.uint16))
    save_image(tmp_path / "new/2.png", np.full((8, 8), 5000, np.uint16))
    known, new = folder.load(path=tmp_path / "known"), folder.load(path=tmp_path / "new")
    read_all(known)
    new.take_over(known.facts(np.array([0])))
    assert read_all(new)[:, 0, 0, 0].tolist() == [round(500 * 255 / 4095), 255]


def test_new_images_go_the_way_of_those_that_are_known(tmp_path, monkeypatch):
    from in_process import SMALL, run

    monkeypatch.chdir(tmp_path)
    bright = RNG.integers(2000, 4096, (3, 16, 32), dtype=np.uint16)
    for number, array in enumerate(bright):
        save_image(tmp_path / f"known/{number}.png", array)
    save_image(tmp_path / "new/loose.png", bright[0] // 8)
    save_image(tmp_path / "new/deeper/1.png", bright[1])
    known = {"source": "folder", "path": "known", "size": 16, "fit": "pad"}
    config = {**SMALL, "datasets": {"d": known}, "assign": {"n": {"path": "new"}}}
    code, screen = run(config, "results/d/assigned/n/images.npy", "results/d/labels.npy")
    assert code == 0, screen
    assert "4,095 is white" in screen
    images = np.load("results/d/assigned/n/images.npy").astype(int)
    known = np.load("results/d/images.npy").astype(int)
    assert (images[0] == known[1]).all() and abs(images[1] - known[0] / 8).max() <= 1
    assert load_json("results/d/dataset.json")["read_as"] == [
        "in files of more than 8 bits, 4,095 is white: the range of all values that are there."
    ]


def test_sixteen_bits_of_colour_are_read(tmp_path):
    cv = np.zeros((8, 8, 3), np.uint16)
    cv[...] = 200 * 257, 100 * 257, 7 * 257
    (tmp_path / "1.png").write_bytes(png_of_16_bits(cv))
    assert (read_all(folder.load(path=tmp_path)) == [200, 100, 7]).all()


@pytest.mark.parametrize("kind", ["png", "<", ">", "packed"])
def test_twelve_bits_in_sixteen_are_not_black_in_colour_either(tmp_path, kind):
    """Pillow keeps the upper byte of each colour, which is 0 to 15 there."""
    array = RNG.integers(0, 4096, (70, 9, 3), dtype=np.uint16)
    array[0, 0] = 4095, 16, 17
    content = png_of_16_bits(array) if kind == "png" else tiff_of_16_bits(array, kind)
    (tmp_path / "1.image").with_suffix(".png" if kind == "png" else ".tif").write_bytes(content)
    save_image(tmp_path / "grey.png", np.full((70, 9), 2048, np.uint16))
    images, skipped, facts = read_with_notes(tmp_path, size=None)
    assert not skipped["broken"]
    assert (images[0] == np.rint(array * (255 / 4095))).all()
    assert (images[1] == 128).all(), "one scale for all files of more than 8 bits"
    assert "4,095 is white" in sentences(skipped, facts)[0]


def tiff_of_16_bits(array, kind):
    """Write RGB of 16 bits in the order of bytes < or >, or packed, for which libtiff is asked."""
    import struct
    import zlib

    order = "<" if kind == "packed" else kind
    height, width, _ = array.shape
    data = array.astype(f"{order}u2").tobytes()
    data = zlib.compress(data) if kind == "packed" else data
    tags = {256: width, 257: height, 258: (16, 16, 16), 259: 8 if kind == "packed" else 1, 262: 2}
    tags |= {273: 0, 277: 3, 278: height, 279: len(data)}
    end = 8 + 2 + 12 * len(tags) + 4
    tags[273] = end + 6
    entries = b""
    for tag, value in tags.items():
        count, number = (3, end) if tag == 258 else (1, value)
        whole = tag in (273, 279)  # 4 bytes; others have 2, or an address
        form = "HHII" if whole or count > 1 else "HHIHxx"
        entries += struct.pack(order + form, tag, 4 if whole else 3, count, number)
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HIH", 42, 8, len(tags))
    return head + entries + bytes(4) + struct.pack(f"{order}3H", 16, 16, 16) + data


def png_of_16_bits(array):
    """Write RGB of 16 bits, which Pillow reads and does not write."""
    import struct
    import zlib

    height, width, _ = array.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


# --- cut off, and large --------------------------------------------------------------------------


def rows_of(content):
    """The whole picture, and how many of its rows are there when a part is cut off."""
    return np.asarray(Image.open(io.BytesIO(content)))


def test_a_file_is_read_the_same_whether_it_fits_in_memory_or_not(photos, monkeypatch):
    whole = jpeg(PHOTO.repeat(3, 0).repeat(3, 1))
    pages = [Image.fromarray(page) for page in (PHOTO, PHOTO[::-1])]
    pages[0].save(
        photos / "pages.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw"
    )
    (photos / "cut.jpg").write_bytes(whole[: int(0.95 * len(whole))])
    (photos / "whole.jpg").write_bytes(whole)
    (photos / "deep.png").write_bytes(png_of_16_bits(PHOTO.astype(np.uint16) * 16))
    (photos / "not.png").write_bytes(b"no picture")
    read_at_once = read_with_notes(photos)
    assert read_at_once[1]["broken"] and read_at_once[2]["damaged"] and read_at_once[2]["first_of"]
    monkeypatch.setattr(folder, "_IN_MEMORY", -1)
    images, *notes = read_with_notes(photos)
    assert (images == read_at_once[0]).all() and notes == list(read_at_once[1:])


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_is_slightly_cut_off_is_used_and_listed(photos, progressive):
    noisy = np.clip(PHOTO + RNG.integers(-9, 9, PHOTO.shape), 0, 255).astype(np.uint8)
    whole = jpeg(noisy.repeat(3, 0).repeat(3, 1), progressive=progressive)
    (photos / "cut.jpg").write_bytes(whole[: int(0.95 * len(whole))])
    (photos / "half.jpg").write_bytes(whole[: len(whole) // 6])
    images, skipped, facts = read_with_notes(photos, max_broken=0.1)
    assert list(skipped["broken"]) == ["half.jpg"] and "cut off" in skipped["broken"]["half.jpg"]
    assert list(facts["damaged"]) == ["cut.jpg"]
    assert len(images) == 11 and facts["height"][0] == 288
    (photos / "cut.jpg").write_bytes(whole)
    expected, *_ = read_with_notes(photos, max_broken=0.1)
    difference = images[0].astype(int) - expected[0]
    assert abs(difference).mean() < 12 and images[0].min() > 15, "no rows that are not there"


RNG = np.random.default_rng(1)


def test_the_sentence_names_what_to_type_for_more_broken_ones(photos):
    for number in range(4):
        (photos / f"bad{number}.jpg").write_bytes(b"")
    with refused("4 of 14 images of") as caught:
        read_with_notes(photos)
    assert "allow more with --broken 0.3 (of make: BROKEN=0.3;" in str(caught.value)
    images, skipped, _ = read_with_notes(photos, max_broken=0.3)
    assert len(images) == 10 and len(skipped["broken"]) == 4


def test_a_jpeg_of_many_pixels_takes_the_memory_of_its_small_version(tmp_path, monkeypatch):
    Image.new("RGB", (1600, 1600), "red").save(tmp_path / "1.jpg")
    Image.new("RGB", (1600, 1600), "red").save(tmp_path / "2.png")
    monkeypatch.setattr(decoding, "MOST_BYTES", 10**6)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    source = folder.load(path=tmp_path)
    assert source.read(np.array([0]), 32).shape == (1, 32, 32, 3)
    with refused("(2,560,000 pixels), above the limit of 0.0 GB"):
        source.read(np.array([1]), 32)


def test_a_picture_of_more_pixels_than_pillow_allows_is_read(tmp_path):
    Image.new("1", (30_000, 3_000), 1).save(tmp_path / "scan.png")  # 90 million
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images = read_all(folder.load(path=tmp_path), 16)
    assert (images == 255).all()


def test_pictures_that_are_decoded_at_the_same_time_share_the_memory():
    room = decoding._Room(100)
    order = []

    def second():
        with room.taken(60):
            order.append("second")

    with room.taken(60):
        other = threading.Thread(target=second)
        other.start()
        other.join(0.2)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


# --- as a person sees it -------------------------------------------------------------------------


def test_of_a_tiff_the_first_page_is_read_and_the_others_are_counted(photos, tmp_path):
    pages = [Image.fromarray(pixels(16, 16, 3)) for _ in range(3)]
    pages[0].save(photos / "pages.tiff", save_all=True, append_images=pages[1:])
    images, skipped, facts = read_with_notes(photos, size=None)
    assert (images[-1] == np.asarray(pages[0])).all()
    assert facts["first_of"] == {"pages.tiff": 3}
    assert sentences(skipped, facts) == [
        "1 file with several pages, of which only the first was read: pages.tiff (3 pages)."
    ]


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_of_an_animation_the_first_frame_that_shows_something_is_read(tmp_path, kind):
    blank = Image.new("RGB", (96, 96), (3, 3, 3))
    frames = [blank, blank.copy(), Image.fromarray(PHOTO), Image.fromarray(255 - PHOTO)]
    frames[1].putpixel((0, 0), (5, 5, 5))
    frames[0].save(tmp_path / f"a.{kind}", save_all=True, append_images=frames[1:], duration=50)
    frames[0].save(tmp_path / f"b.{kind}", save_all=True, append_images=frames[:2], duration=50)
    shown, nothing = read_all(folder.load(path=tmp_path)).astype(int)
    assert abs(shown - PHOTO).mean() < 20
    assert nothing.max() < 10


@pytest.mark.parametrize("where", ["jpg", "png"])
def test_colours_of_another_profile_become_those_that_are_seen(tmp_path, where):
    linear = ImageCms.ImageCmsProfile(io.BytesIO(linear_profile()))
    image = Image.new("RGB", (64, 64), (55, 55, 55))
    save = {"icc_profile": linear.tobytes(), "quality": 95} if where == "jpg" else {}
    image.save(tmp_path / f"1.{where}", **{"icc_profile": linear.tobytes(), **save})
    image.save(tmp_path / f"2.{where}", icc_profile=srgb_profile())
    image.save(tmp_path / f"3.{where}", icc_profile=b"no profile")
    image.convert("L").save(tmp_path / f"4.{where}", icc_profile=linear.tobytes())
    found = read_all(folder.load(path=tmp_path), 16)[:, 8, 8].astype(int)
    # 55 of 255 in linear light is 0.216, and sRGB writes that as 128
    assert abs(found[0] - 128).max() <= 2
    assert (found[1:] == 55).all()


@pytest.mark.parametrize("index", ["R03", "R98", None])
def test_colours_that_the_exif_of_a_camera_calls_adobe_rgb_become_those_that_are_seen(
    tmp_path, index
):
    """Cameras embed no profile for Adobe RGB; R98 is sRGB."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] = 0xFFFF
    exif[ExifTags.Base.Orientation] = 6
    if index:
        interoperability = {ExifTags.Interop.InteropIndex: index}
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = interoperability
    image = Image.new("RGB", (32, 48), (144, 73, 51))
    image.save(tmp_path / "1.jpg", exif=exif, quality=100, subsampling=0)
    (found,) = read_all(folder.load(path=tmp_path), 16)[:, 8, 8].astype(int)
    # By the specifications: decode with 563/256, to XYZ and to linear sRGB, encode.
    seen = (164, 71, 46) if index == "R03" else (144, 73, 51)
    assert abs(found - seen).max() <= 2


def srgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def linear_profile():
    """An RGB profile of the primaries of sRGB, in linear light."""
    content = bytearray(srgb_profile())
    count = int.from_bytes(content[128:132])
    for number in range(count):
        entry = 132 + 12 * number
        name, offset = bytes(content[entry : entry + 4]), content[entry + 4 : entry + 8]
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            start = int.from_bytes(offset)
            content[start : start + 12] = b"curv" + bytes(8)  # no entries: the identity
        if name == b"desc":
            start, length = int.from_bytes(offset), int.from_bytes(content[entry + 8 : entry + 12])
            text = bytes(content[start : start + length])
            text = text.replace("sRGB".encode("utf-16-be"), "Line".encode("utf-16-be"))
            content[start : start + length] = text.replace(b"sRGB", b"Line")
    return bytes(content)


def test_cmyk_without_a_profile_is_converted_as_before(tmp_path):
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / "1.tiff")
    assert (read_all(folder.load(path=tmp_path), 16) == [255, 0, 0]).all()


# --- the whole picture ---------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_fit_shows_the_middle_or_the_whole(tmp_path, turned):
    array = np.zeros((40, 80), np.uint8)
    array[:, 20:60] = 100
    array[:, 60:] = 200
    array = array.T.copy() if turned else array
    crop, pad, stretch = (
        fit_all(array[None, ..., None], 20, fit)[0, ..., 0] for fit in ("crop", "pad", "stretch")
    )
    crop, pad, stretch = (image.T if turned else image for image in (crop, pad, stretch))
    assert (crop == 100).all()
    assert abs(stretch[:, [1, 10, 18]].astype(int) - [0, 100, 200]).max() <= 1
    assert (pad == pad[0]).all(), "the borders above and below repeat the outermost rows"
    assert abs(pad[:, [1, 10, 18]].astype(int) - [0, 100, 200]).max() <= 1
    save_image(tmp_path / "photos/1.png", array)
    source = folder.load(path=tmp_path / "photos")
    for fit, expected in (("crop", crop), ("pad", pad), ("stretch", stretch)):
        found = source.read(np.array([0]), 20, fit)[0, ..., 0]
        assert ((found.T if turned else found) == expected).all()


@pytest.mark.parametrize("shape", [(8, 900), (900, 8), (31, 32), (17, 16)])
def test_padding_fits_any_shape(shape):
    images = pixels(1, *shape, 3)
    assert fit_all(images, 16, "pad").shape == (1, 16, 16, 3)


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_a_jpeg_is_decoded_finer_than_it_is_shown(tmp_path, fit):
    rows, columns = np.indices((64, 128)) // 4
    array = np.dstack([((rows + columns) % 2 * 200).astype(np.uint8)] * 3)
    save_image(tmp_path / "1.jpg", array, quality=95)
    save_image(tmp_path / "2.png", array)
    fast, exact = folder.load(path=tmp_path).read(np.arange(2), 32, fit).astype(int)
    assert abs(fast - exact).max() <= 25


def test_the_true_shape_is_noted_upright(photos):
    exif = Image.Exif()
    exif[0x0112] = 6
    save_image(photos / "turned.jpg", np.zeros((160, 240, 3), np.uint8), exif=exif)
    _, _, facts = read_with_notes(photos)
    assert (facts["width"][-1], facts["height"][-1]) == (160, 240)
    assert facts["width"][:10] == [16] * 10 and len(facts["sha256"]) == 11


def closed(monkeypatch, name):
    """Let a folder be one that may not be opened; root may open any."""
    scandir = os.scandir

    def refuse(path):
        if str(path).rstrip("/").endswith(name):
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(listing.os, "scandir", refuse)


def test_a_folder_that_cannot_be_opened_is_not_called_empty(photos, monkeypatch):
    closed(monkeypatch, photos.name)
    with pytest.raises(InputError, match=r"cannot be opened \(Permission denied\); allow yourself"):
        listing.listed(photos)


def test_a_folder_whose_sub_folders_cannot_be_opened_is_not_called_empty(tmp_path, monkeypatch):
    (tmp_path / "more").mkdir()
    closed(monkeypatch, "more")
    with pytest.raises(InputError, match=r"/more cannot be opened \(Permission denied\)"):
        listing.listed(tmp_path)


def test_a_sub_folder_that_cannot_be_opened_is_told(photos, monkeypatch):
    (photos / "more").mkdir()
    closed(monkeypatch, "more")
    left_out = listing.listed(photos).left_out
    assert sentences({"broken": {}, "other": left_out}, {}) == [
        "Not opened, and so missing: more (Permission denied)."
    ]


def test_all_that_cannot_be_opened_is_in_the_log(photos, monkeypatch, caplog):
    names = [f"{number} more" for number in range(5)]
    for name in names:
        (photos / name).mkdir()
    closed(monkeypatch, "more")
    source = folder.load(path=photos)
    with caplog.at_level("INFO", logger="aecluster"):
        report(source, {"broken": {}, "other": source.left_out}, {})
    assert "and 2 more (all of them in the log)" in caplog.text
    for name in names:
        assert f"{name} cannot be opened (Permission denied)" in caplog.messages


# --- side by side --------------------------------------------------------------------------------


def test_any_number_of_threads_gives_the_same_bytes(tmp_path, monkeypatch):
    from photographs import write_broken, write_images

    monkeypatch.setattr(folder, "_SMALL", 0)  # so that these small files are read by all of them
    write_images(tmp_path / "photos", 60)
    write_broken(tmp_path / "photos", 3)
    found = []
    for threads in (1, 4):
        source = folder.load(path=tmp_path / "photos")
        source.threads = threads
        indices, skipped = read(tmp_path / f"{threads}.npy", source, 16, seed=1)
        found.append((indices.tolist(), skipped, source.facts(indices)))
    assert found[0] == found[1] and len(found[0][1]["broken"]) == 3
    assert (tmp_path / "1.npy").read_bytes() == (tmp_path / "4.npy").read_bytes()


@pytest.mark.parametrize(("small", "threads"), [(0, [2]), (10**6, [])])
def test_small_files_are_read_without_threads(photos, monkeypatch, small, threads):
    started = []
    monkeypatch.setattr(folder, "_SMALL", small)
    monkeypatch.setattr(
        folder, "ThreadPoolExecutor", lambda n: started.append(n) or ThreadPoolExecutor(n)
    )
    source = folder.load(path=photos)
    source.threads = 2
    source.read_some(np.arange(10), 16)
    assert started == threads


def test_of_no_picture_nothing_is_read(photos):
    source = folder.load(path=photos)
    assert source.read_some(np.arange(0), 16) == (None, {})


def test_each_picture_is_decoded_once_though_some_are_broken(photos, tmp_path, monkeypatch):
    (photos / "bad.png").write_bytes(b"")
    decoded = []
    original = folder.decoded
    monkeypatch.setattr(
        folder, "decoded", lambda file, *a: decoded.append(file) or original(file, *a)
    )
    opened = []
    before = folder.opened
    monkeypatch.setattr(folder, "opened", lambda file: opened.append(file) or before(file))
    images, *_ = read_with_notes(photos)
    assert len(images) == 10 and len(decoded) == 11
    assert len(opened) <= 2, "the headers of colour pictures are not read apart"
