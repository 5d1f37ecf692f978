"""images.parquet, the properties of images, and what somebody's own CSV says of them."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from aecluster.consensus.vote import aligned_vote
from aecluster.errors import InputError
from aecluster.exchange.exif import taken_at
from aecluster.exchange.metadata import read_metadata
from aecluster.exchange.table import OWN, image_table, load_images, save_images
from aecluster.properties.neighbours import nearest
from aecluster.properties.run import properties
from aecluster.properties.table import COLUMNS, load_properties, ranked
from aecluster.sources.equal import first_equal

NAMES = ["a/one.jpg", "a/two.jpg", "b/three.jpg", "b/one.jpg"]
RNG = np.random.default_rng(0)


def test_the_second_choice_is_the_group_with_the_next_votes():
    labellings = np.array([[0, 0, 1, 1, 2, -1], [0, 0, 1, 2, 2, -1], [0, 1, 1, 2, 2, -1]])
    labels, _, second = aligned_vote(labellings, np.ones(3), 3)
    assert second[1] == labels[2] and second[3] == labels[2], "voted for by one of three"
    assert second[[0, 2, 4, 5]].tolist() == [-1] * 4, "where all agree there is none"


@pytest.fixture
def table():
    images = RNG.integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    images[3] = images[0]
    labels = np.array([0, 0, 1, -1])
    latents = RNG.normal(size=(4, 5)).astype(np.float32)
    neighbours, distances = nearest(latents)
    known = properties(images, first_equal(images), labels, latents, (neighbours, distances))
    metadata = pd.DataFrame({"price": [1.0, np.nan, 2, 3], "place": ["x", None, "é", "z"]})
    return image_table(
        NAMES,
        (labels, np.linspace(0, 1, 4), np.array([1, -1, 0, -1])),
        RNG.normal(size=(4, 3)),
        neighbours,
        known,
        ([640, 480, None, 7], [480, 640, None, 7]),
        np.array([1, 0, -1, 1]),
        ["cat", "dog"],
        [None, "2024-01-02", None, None],
        metadata,
    )


def test_the_table_comes_back_as_pandas_reads_it(table, tmp_path):
    save_images(tmp_path / "images.parquet", table)
    found = pd.read_parquet(tmp_path / "images.parquet")
    assert list(found.columns) == [*OWN, "price", "place"]
    assert found["label"].tolist()[:2] == ["dog", "cat"] and pd.isna(found["label"][2])
    assert found["folder"].tolist() == ["a", "a", "b", "b"]
    assert found["neighbors"][0].tolist() == sorted(
        {1, 2, 3}, key=found["neighbors"][0].tolist().index
    )
    assert found["duplicates"].tolist() == [0, -1, -1, 0]
    assert found["width"].fillna(-1).tolist() == [640, 480, -1, 7], "of the file, where known"
    assert found["distance"].between(0, 2).all()
    first = (tmp_path / "images.parquet").read_bytes()
    save_images(tmp_path / "images.parquet", table)
    assert (tmp_path / "images.parquet").read_bytes() == first, "equal tables, equal bytes"


def test_a_damaged_table_is_refused(table, tmp_path):
    file = tmp_path / "images.parquet"
    save_images(file, table)
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(InputError, match=r"images\.parquet was damaged"):
        load_images(file)


def test_what_is_not_known_has_no_column(table):
    images, ones = RNG.integers(0, 256, (4, 8, 8, 1), dtype=np.uint8), np.ones((4, 2))
    images[0] = 0
    bare = image_table(
        [""] * 4,
        (np.zeros(4, int), np.ones(4), np.full(4, -1)),
        np.zeros((4, 1)),
        np.full((4, 10), -1),
        properties(images, first_equal(images), np.zeros(4, int), ones, nearest(ones)),
        None,
        np.full(4, -1),
        [],
        None,
        None,
    )
    assert not {"file", "label", "folder", "taken", "width", "height"} & set(bare.column_names)
    assert bare["quality"][0].as_py() == "dark low_information"


def test_properties_of_another_number_of_images_are_refused(tmp_path):
    pd.DataFrame([[0, 1, 1, 0.5, -1, ""]], columns=COLUMNS).to_csv(tmp_path / "p.csv", index=False)
    assert load_properties(tmp_path / "p.csv", 1)["quality"].tolist() == [""]
    with pytest.raises(InputError, match="properties of 2 images"):
        load_properties(tmp_path / "p.csv", 2)


def test_ranks_share_ties():
    assert ranked(np.array([5, 1, 1, 9])).tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6, 1])


def test_neighbours_are_the_nearest_by_angle_and_never_the_image_itself():
    latents = np.array([[1, 0], [2, 0.1], [0, 1], [-1, 0]])
    neighbours, distances = nearest(latents)
    assert neighbours[0, :3].tolist() == [1, 2, 3] and (neighbours[:, 3:] == -1).all()
    assert np.isinf(distances[:, 3:]).all()


@pytest.mark.parametrize(
    "text",
    [
        "file,price,place\nb/one.jpg,4,x\n./a/one.jpg,1,y\n",
        "place,file,price\nx,b\\one.jpg,4\ny,a/one.jpg,1\n",
        "\ufefffile,price,place\nb/one.jpg, 4,x\na/one.jpg,1,y\nnone.jpg,2,z\n",
        "id,price,place\n3,4,x\n0,1,y\n17,2,z\n",
        "picture,price,place\nb/one.jpg,4,x\na/one.jpg,1,y\n",
        "id,price,place\n3,4,x\n0,1,y\n1.9,2,z\n",
        "file,id,price,place\nb/one.jpg,1,4,x\na/one.jpg,2,1,y\n",
    ],
)
def test_rows_are_matched_by_file_id_or_the_first_column(tmp_path, text):
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    found = read_metadata(tmp_path / "m.csv", NAMES, ())
    assert found["price"].fillna(-1).tolist() == [1, -1, -1, 4]
    assert found["place"].fillna("").tolist() == ["y", "", "", "x"]


def test_a_file_name_alone_matches_where_it_is_the_only_one(tmp_path):
    (tmp_path / "m.csv").write_text("file,x\ntwo.jpg,1\none.jpg,2\n")
    assert read_metadata(tmp_path / "m.csv", NAMES, ())["x"].fillna(-1).tolist() == [-1, 1, -1, -1]


def test_names_that_are_taken_get_an_underscore(tmp_path):
    (tmp_path / "m.csv").write_text("id,x,group,x_\n0,1,2,3\n")
    assert list(read_metadata(tmp_path / "m.csv", NAMES, OWN).columns) == ["x__", "group_", "x_"]


def test_images_without_names_are_matched_by_id(tmp_path):
    (tmp_path / "m.csv").write_text("file,id,x\na.jpg,1,5\n")
    assert read_metadata(tmp_path / "m.csv", ["", ""], ())["x"].fillna(-1).tolist() == [-1, 5]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,x\nother.jpg,1\n", "no row fits an image by its column 'file'"),
        ("id,x\n0,1\n0,2\n", "has several rows for image a/one.jpg"),
        ("", "is not a CSV file with a header"),
        ("file,x\n", "has no rows"),
        ("id,x\n0,17,\n1,3,\n", "has rows with more values than its header has names"),
        ("id,x\n0,17\n1,3,4\n", "is not a CSV file with a header"),
        ("file,x\n\xff,1\n".encode("latin-1"), "is not a CSV file with a header"),
    ],
)
def test_other_tables_are_refused_in_a_sentence(tmp_path, text, sentence):
    file = tmp_path / "m.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=sentence):
        read_metadata(file, NAMES, ())


def test_photographs_say_when_they_were_taken(tmp_path):
    picture = Image.new("RGB", (8, 8))
    exif = Image.Exif()
    exif[0x0132] = "2024:07:31 18:05:00"
    picture.save(tmp_path / "a.jpg", exif=exif)
    picture.save(tmp_path / "b.jpg")
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    assert taken_at(tmp_path / "a.jpg") == "2024-07-31 18:05:00"
    assert taken_at(tmp_path / "b.jpg") is None and taken_at(tmp_path / "c.jpg") is None
