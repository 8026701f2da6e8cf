# SPDX-License-Identifier: ISC
"""Whole datasets: recipes, manifests, what comes out, and that it is the same wherever it is made."""

import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vstkit
from batch_kit import clips, command, recipe, rows, sources, tree, written

fsspec = pytest.importorskip("fsspec")
yaml = pytest.importorskip("yaml")
from vstkit import batch  # noqa: E402
from vstkit.batch._resample import resample  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen sounds, and one that is none."""
    path = clips(tmp_path_factory.mktemp("in") / "clips", 14)
    (path / "broken.wav").write_text("nothing")
    return path


@pytest.fixture(scope="module")
def plain(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them, made in this process."""
    out = tmp_path_factory.mktemp("plain") / "out"
    batch.run(folder, recipe(keep=["dry", "labels"]), out)
    return out


def test_what_comes_out(plain: Path) -> None:
    """Sounds, rows with all that was drawn and measured, an error with its reason."""
    found = rows(plain)
    assert len(found) == 28
    for row in found:
        audio, rate = vstkit.read(plain / row["audio_filepath"])
        assert (len(audio), rate) == (row["frames"], row["sample_rate"]) == (8000, 16000)
        assert [step["effect"] for step in row["chain"]] == ["lossy", "reverb"]
        assert row["levels"]["peak_db"] <= 0.0
        assert abs(row["levels"]["lufs"] + 23.0) < 0.2 or row["levels"]["peak_db"] > -0.1
        assert 0.2 <= row["chain"][0]["params"]["loss"] <= 0.9
        dry, _ = vstkit.read(plain / row["audio_filepath"].replace(".flac", ".dry.flac"))
        assert len(dry) == len(audio)
    assert {len(row["chain"][1].get("params", {})) > 0 for row in found} == {True, False}
    assert any("rt60" in step.get("figures", {}) for row in found for step in row["chain"])
    (one, other) = rows(plain, "errors.jsonl")
    assert (one["id"], one["copy"], other["copy"], one["status"], one["error"]["stage"]) == ("broken.wav", 0, 1, "error", "read")
    assert "broken.wav" in one["error"]["reason"]
    summary = json.loads((plain / "summary.json").read_text())
    assert (summary["ok"], summary["errors"], summary["items"], summary["copies"]) == (28, 2, 15, 2)
    assert batch.check(plain).problems == []


def test_the_mask_of_a_row_is_that_of_its_render(plain: Path, folder: Path) -> None:
    """Rendered again from what the row says: the same sound, before its level, and the same lost packets."""
    n_lost = 0
    for row in rows(plain):
        audio, rate = vstkit.read(folder / row["id"])
        step = row["chain"][0]
        out, (labels,) = vstkit.render_labels("lossy", audio, rate, params=step["params"], tail=0)
        told = step.get("labels", {}).get("packet", {})
        for state in ("lost", "repeated"):
            mask = np.zeros(len(out), bool)
            for start, frames in told.get(state, []):
                mask[start : start + frames] = True
                n_lost += 1
            assert np.array_equal(mask, labels.mask("packet", state)), row["key"]
        sidecar = json.loads((plain / row["audio_filepath"].replace(".flac", ".labels.json")).read_text())
        assert sidecar["chain"][0]["labels"] == labels.to_dict()
        if row["chain"][1].get("skipped"):
            wet, _ = vstkit.read(plain / row["audio_filepath"])
            gain = 10.0 ** (row["gain_db"] / 20.0)
            np.testing.assert_allclose(wet, out * gain * _redrawn(step), atol=1.0 / 32768)
    assert n_lost > 20


def _redrawn(step: dict[str, Any]) -> float:
    return float(10.0 ** (-step.get("turned_down_db", 0.0) / 20.0))


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_the_same_bytes_in_any_executor(plain: Path, folder: Path, tmp_path: Path, executor: str) -> None:
    """Whatever the workers and the size of a task; files and manifest."""
    for chunk, workers in ((1, 3), (4, 2)):
        out = tmp_path / f"{chunk}"
        batch.run(folder, recipe(keep=["dry", "labels"]), out, executor=executor, workers=workers, chunk=chunk)
        same = tree(plain)
        found = tree(out)
        same.pop("run.json"), found.pop("run.json")
        assert found == same
        assert rows(out) == rows(plain)
        assert rows(out, "errors.jsonl") == rows(plain, "errors.jsonl")


def test_bytes_depend_on_recipe_seed_id_and_version_alone(plain: Path, folder: Path, tmp_path: Path) -> None:
    """Not on the order, the other items, the folder; but on each of these."""
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("003.wav", "009.wav"):
        (moved / name).write_bytes((folder / name).read_bytes())
    items = [{"audio_filepath": str(moved / name), "id": name} for name in ("009.wav", "003.wav")]
    batch.run(items, recipe(keep=["dry", "labels"]), tmp_path / "two")
    before = {(row["id"], row["copy"]): row["sha256"] for row in rows(plain)}
    assert all(before[row["id"], row["copy"]] == row["sha256"] for row in rows(tmp_path / "two"))
    assert [row["id"] for row in rows(tmp_path / "two")] == ["009.wav", "009.wav", "003.wav", "003.wav"]
    assert len({row["sha256"] for row in rows(plain)}) == 28
    other = batch.load_recipe(recipe(seed=6, keep=["dry", "labels"]))
    same = batch.load_recipe(recipe(keep=["labels", "dry"], output={"shard": 9}))
    assert other.key("003.wav", 0) != same.key("003.wav", 0) != same.key("003.wav", 1)
    assert same.digest == batch.load_recipe(recipe(keep=["dry", "labels"])).digest
    assert same.key("003.wav", 0) in {row["key"] for row in rows(plain)}
    assert other.draw("003.wav", 0) != same.draw("003.wav", 0)


def test_shards_of_tar(plain: Path, folder: Path, tmp_path: Path) -> None:
    """As WebDataset reads them; the same bytes in any executor; also as input."""
    made = []
    for executor in (None, "processes"):
        out = tmp_path / str(executor)
        batch.run(folder, recipe(keep=["dry", "labels"], output={"shard": 4}), out, executor=executor, workers=2)
        made.append({path.name: path.read_bytes() for path in (out / "shards").iterdir()})
        assert batch.check(out).problems == []
        assert [row["sha256"] for row in rows(out)] == [row["sha256"] for row in rows(plain)]
    assert made[0] == made[1]
    assert sorted(made[0]) == [f"{number:08d}.tar" for number in range(4)]
    with tarfile.open(fileobj=io.BytesIO(made[0]["00000000.tar"])) as tar:
        names = tar.getnames()
    row = rows(plain)[0]
    assert names[:4] == [f"{row['key']}.{ending}" for ending in ("labels.json", "dry.flac", "flac", "json")]
    again = batch.run(str(tmp_path / "None" / "shards" / "*.tar"), {"chain": ["gain"]}, tmp_path / "again")
    assert (again.ok, again.errors) == (56, 0)  # wet and dry
    wds = pytest.importorskip("webdataset")
    samples = list(wds.WebDataset(sorted(map(str, (tmp_path / "None" / "shards").iterdir())), shardshuffle=False))
    assert [sample["__key__"] for sample in samples] == [row["key"] for row in rows(plain)]
    assert json.loads(samples[0]["json"])["chain"] == row["chain"]


def test_manifests(folder: Path, tmp_path: Path) -> None:
    """JSON lines as NeMo has them, with parts of files and other columns; Parquet; patterns; one sound."""
    lines = [
        {"audio_filepath": "clips/001.wav", "offset": 0.1, "duration": 0.25, "text": "one"},
        {"audio_filepath": "clips/001.wav", "offset": 0.3},
        {"audio_filepath": "clips/001.wav", "id": "mine", "duration": 9.0},
    ]
    (tmp_path / "clips").symlink_to(folder)
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    gain = {"chain": [{"effect": "gain", "params": {"gain": "-6 dB"}}], "output": {"format": "wav", "bits": "64f"}}
    batch.run(path, gain, tmp_path / "out")
    found = rows(tmp_path / "out")
    assert [row["id"] for row in found] == ["clips/001.wav@0.1+0.25", "clips/001.wav@0.3+", "mine"]
    assert [row["frames"] for row in found] == [4000, 3200, 8000]
    assert found[0]["text"] == "one"
    whole, _ = vstkit.read(folder / "001.wav")
    part, _ = vstkit.read(tmp_path / "out" / found[0]["audio_filepath"])
    np.testing.assert_allclose(part, whole[1600:5600] * 10.0 ** (-6.0 / 20.0), atol=1e-12)
    parquet, arrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    parquet.write_table(arrow.Table.from_pylist([dict.fromkeys(lines[0] | lines[2]) | line for line in lines]), tmp_path / "in.parquet")
    assert [item.to_dict() for item in batch.items(tmp_path / "in.parquet")] == [item.to_dict() for item in batch.items(path)]
    assert [item.id for item in batch.items(f"{folder}/00*.wav")] == [f"00{number}.wav" for number in range(10)]
    assert [item.id for item in batch.items(folder / "002.wav")] == ["002.wav"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"audio_filepath": "a.wav"}\n{"audio', r"in.jsonl, line 2: no JSON"),
        ('{"path": "a.wav"}', r'in.jsonl, line 1: no "audio_filepath"'),
        ('{"audio_filepath": "a.wav", "offset": -1}', r"in.jsonl, line 1: offset: -1"),
        ("[3]", r"in.jsonl, line 1: an object"),
        ("", r"no row"),
        ('{"audio_filepath": "a.wav"}\n{"audio_filepath": "b.wav"}\n{"audio_filepath": "a.wav"}', r'items 1 and 3 are both "a.wav"'),
    ],
)
def test_bad_manifests(text: str, message: str, tmp_path: Path) -> None:
    """Refused before anything is made, with file and line."""
    (tmp_path / "in.jsonl").write_text(text)
    with pytest.raises(batch.ManifestError, match=message):
        batch.run(tmp_path / "in.jsonl", {"chain": ["gain"]}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "chain: None: a list of effects"),
        ({"chain": ["lossi"]}, "chain.1.effect: 'lossi': one of gain, lossy, reverb"),
        ({"chain": ["lossy"], "copes": 2}, "copes: no such key: did you mean 'copies'"),
        ({"chain": ["lossy"], "copies": 0}, "copies: 0: a whole number from 1"),
        ({"chain": ["lossy"], "seed": 1.5}, "seed: 1.5"),
        ({"chain": [{"effect": "lossy", "params": {"lss": 1}}]}, "chain.1: .*lss"),
        ({"chain": [{"effect": "lossy", "params": {"loss": {"rnge": [0, 1]}}}]}, "chain.1.params.loss"),
        ({"chain": [{"effect": "lossy", "params": {"loss": {"range": ["a", 1]}}}]}, "chain.1: .*loss"),
        ({"chain": [{"effect": "lossy", "presets": "no_such"}]}, "chain.1.presets: .*no_such"),
        ({"chain": [{"effect": "lossy", "presets": {"tags": "x"}}]}, "chain.1.presets.tags: no such key: did you mean 'tag'"),
        ({"chain": ["lossy"], "output": {"format": "ogg"}}, "output.format: 'ogg': one of wav, flac, aiff"),
        ({"chain": ["lossy"], "output": {"format": "flac", "bits": "32f"}}, "output.bits: '32f': one of 16, 24"),
        ({"chain": ["lossy"], "level": {"lufs": -23, "peak": -1}}, "level: "),
        ({"chain": ["lossy"], "level": {"lufs": 3}}, "level.lufs: 3"),
        ({"chain": ["lossy"], "tail": float("nan")}, "tail: nan"),
        ({"chain": ["lossy"], "tail": "rings"}, "tail: 'rings': a number from 0"),
        ({"chain": ["lossy"], "tail": "ring", "keep": ["dry"]}, "keep: dry is as long"),
        ({"chain": ["lossy"], "keep": "dry"}, "keep: 'dry': a list"),
    ],
)
def test_bad_recipes(members: dict[str, Any], message: str, tmp_path: Path) -> None:
    """The message names file, key, value and what is expected."""
    with pytest.raises(batch.RecipeError, match=message):
        batch.load_recipe(members)
    path = tmp_path / "bad.yaml"
    path.write_text(yaml.safe_dump(members))
    with pytest.raises(batch.RecipeError, match="bad.yaml: "):
        batch.load_recipe(path)


def test_recipes_as_files(tmp_path: Path) -> None:
    """YAML, JSON and members are the same; what is no text is refused."""
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(recipe()))
    written(tmp_path / "a.json", recipe())
    digests = {batch.load_recipe(one).digest for one in (recipe(), tmp_path / "a.yaml", tmp_path / "a.json")}
    assert len(digests) == 1
    (tmp_path / "b.yaml").write_text("a: [")
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")
    for name, message in (("b.yaml", "no YAML"), ("c.yaml", "UTF-8"), ("d.yaml", "No such file")):
        with pytest.raises(batch.RecipeError, match=f"{name}: .*{message}"):
            batch.load_recipe(tmp_path / name)


def test_presets_by_category_and_tag() -> None:
    """What a recipe names is looked up once, and lies in it."""
    chosen = batch.load_recipe({"chain": [{"effect": "reverb", "presets": {"category": "Hall", "exclude": []}}]})
    names = {members["_meta"]["name"] for members in chosen.data["chain"][0]["presets"]}
    assert names == {info.name for info in vstkit.presets("reverb", category="Hall")}
    drawn = {chosen.draw(f"{number}", 0)[0]["preset"] for number in range(200)}
    assert drawn == names
    left = batch.load_recipe({"chain": [{"effect": "reverb", "presets": {"exclude": ["Drone"]}}]})
    assert all(members["_meta"]["category"] != "Drone" for members in left.data["chain"][0]["presets"])


def test_rate_channels_tail_and_level(folder: Path, tmp_path: Path) -> None:
    """What the recipe says of the shape holds for each sound."""
    for level, key, target in (({"peak": -3.0}, "peak_db", -3.0), ({"rms": -30.0}, "rms_db", -30.0), ("match", None, 0.0)):
        out = tmp_path / str(key)
        shape = {"sample_rate": 8000, "channels": 2, "tail": 0.25, "level": level, "output": {"format": "aiff", "bits": 24}}
        batch.run(folder / "001.wav", shape | {"chain": ["lossy"], "keep": ["dry"]}, out)
        (row,) = rows(out)
        assert (row["sample_rate"], row["channels"], row["frames"]) == (8000, 2, 6000)
        if key:
            assert abs(row["levels"][key] - target) < 0.01
        else:
            dry, wet = (vstkit.read(out / row["audio_filepath"].replace(".aiff", ending))[0] for ending in (".dry.aiff", ".aiff"))
            assert abs(10.0 * np.log10(np.mean(dry**2) / np.mean(wet**2))) < 0.01


@pytest.mark.parametrize(("source", "target"), [(44100, 16000), (16000, 44100), (48000, 44100), (22050, 8000)])
def test_resampling(source: int, target: int) -> None:
    """A sine stays one, to -100 dB; what the new rate cannot hold is gone; channels are alike."""
    time = np.arange(source // 2) / source
    inside = np.sin(2.0 * np.pi * 0.2 * min(source, target) * time)
    out = resample(np.stack([inside, inside], axis=1), source, target)
    wanted = np.sin(2.0 * np.pi * 0.2 * min(source, target) * np.arange(len(out)) / target)
    middle = slice(target // 10, -target // 10)
    assert len(out) == -(-len(time) * target // source)
    assert np.abs(out[middle, 0] - wanted[middle]).max() < 1e-5
    assert np.array_equal(out[:, 0], out[:, 1])
    if target < source:
        outside = np.sin(2.0 * np.pi * (0.98 * source / 2) * time)
        assert np.abs(resample(outside, source, target)[middle]).max() < 1e-4
    with pytest.raises(ValueError, match="at most 4096"):
        resample(inside, 44100, 44101)


def test_memory_and_urls(folder: Path, tmp_path: Path) -> None:
    """In and out by fsspec; what lies in one process's memory is refused where there are several."""
    fs = fsspec.filesystem("memory")
    for path in sorted(folder.iterdir()):
        fs.pipe_file(f"/in/{path.name}", path.read_bytes())
    for executor in (None, "threads"):
        summary = batch.run("memory://in", recipe(), f"memory://out-{executor}", executor=executor, chunk=3)
        assert (summary.ok, summary.errors) == (28, 2)
        assert batch.check(f"memory://out-{executor}").problems == []
    local = batch.run(folder, recipe(), tmp_path / "out")
    assert local.digest == summary.digest
    again = batch.run("memory://in", recipe(), "memory://out-None")
    assert again.resumed == 30
    tar = batch.run("memory://in", recipe(output={"shard": 5}), "memory://tar")
    assert tar.digest == summary.digest
    assert batch.check("memory://tar").problems == []
    with pytest.raises(batch.BatchError, match="one process's"):
        batch.run("memory://in", recipe(), "memory://more", executor="processes")
    fs.rm("/", recursive=True)


def test_check_finds_what_is_wrong(plain: Path, folder: Path, tmp_path: Path) -> None:
    """A byte changed, a sound gone, one too many, a row lost, a row doubled."""
    out = tmp_path / "out"
    batch.run(folder, recipe(), out, chunk=4)
    assert batch.check(out).problems == []
    first, second, *_ = rows(out)
    path = out / first["audio_filepath"]
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (out / second["audio_filepath"]).unlink()
    (out / "audio" / "zz").mkdir()
    (out / "audio" / "zz" / "zz.flac").write_bytes(b"")
    found = batch.check(out).problems
    assert [problem for problem in found if "other bytes" in problem][0].startswith(first["audio_filepath"])
    assert any(f"{second['audio_filepath']}: it is not there" in problem for problem in found)
    assert any("zz.flac: no row" in problem for problem in found)
    part = sorted((out / "rows").iterdir())[-1]
    lines = part.read_text().splitlines(keepends=True)
    part.write_text("".join(lines[1:]))
    assert any("29 rows, where 15 items make 30" in problem for problem in batch.check(out).problems)
    part.write_text("".join([*lines, lines[0]]))
    assert any("more than one row" in problem for problem in batch.check(out).problems)
    (out / "summary.json").unlink()
    assert any("has not ended" in problem for problem in batch.check(out).problems)
    with pytest.raises(batch.BatchError, match="there is no run here"):
        batch.check(tmp_path)


def test_another_run_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    """Another recipe in the same place is refused; with overwrite it begins anew."""
    out = tmp_path / "out"
    batch.run(folder / "001.wav", recipe(), out)
    with pytest.raises(batch.BatchError, match="holds a run with another recipe"):
        batch.run(folder / "001.wav", recipe(seed=9), out)
    assert batch.run(folder / "001.wav", recipe(seed=9), out, overwrite=True).resumed == 0
    (out / "run.json").write_text("no")
    with pytest.raises(batch.BatchError, match="no file of ours"):
        batch.run(folder / "001.wav", recipe(), out)


def test_manifest_that_grows(folder: Path, tmp_path: Path) -> None:
    """Only what is new is made."""
    manifest = [{"audio_filepath": str(folder / f"00{number}.wav"), "id": str(number)} for number in range(8)]
    out = tmp_path / "out"
    batch.run(manifest[:6], recipe(), out, chunk=2)
    summary = batch.run(manifest, recipe(), out, chunk=2)
    assert (summary.resumed, summary.ok) == (12, 16)
    assert batch.check(out).problems == []


def test_errors_are_tried_again_when_asked(folder: Path, tmp_path: Path) -> None:
    """A file that was mended."""
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.wav").write_bytes((folder / "001.wav").read_bytes())
    (source / "b.wav").write_text("nothing")
    out = tmp_path / "out"
    assert batch.run(source, recipe(), out).errors == 2
    (source / "b.wav").write_bytes((folder / "002.wav").read_bytes())
    assert batch.run(source, recipe(), out).errors == 2
    assert batch.run(source, recipe(), out, retry_errors=True).errors == 0
    assert batch.check(out).problems == []


def test_impulse_responses(tmp_path: Path) -> None:
    """As long as drawn, measured and labelled; the same again, and in shards."""
    summary = batch.rirs(tmp_path / "rirs", 24, rt60=(0.3, 0.8), size=(0.7, 1.4), seed=2, sample_rate=24000)
    found = rows(tmp_path / "rirs")
    assert len(found) == 24
    drawn = np.array([row["chain"][0]["figures"]["rt60"] for row in found])
    measured = np.array([row["levels"]["impulse"]["rt60_s"] for row in found])
    assert np.corrcoef(drawn, measured)[0, 1] > 0.9
    assert drawn.min() < 0.45
    assert drawn.max() > 0.6
    assert all(abs(row["levels"]["peak_db"] + 1.0) < 0.01 and row["channels"] == 2 for row in found)
    again = batch.rirs(
        tmp_path / "again",
        24,
        rt60=(0.3, 0.8),
        size=(0.7, 1.4),
        seed=2,
        sample_rate=24000,
        executor="threads",
        chunk=5,
        output={"format": "wav", "bits": "32f", "shard": 10},
    )
    assert again.digest == summary.digest
    assert batch.check(tmp_path / "again").problems == []


def test_command_line(folder: Path, plain: Path, tmp_path: Path) -> None:
    """run, its progress as JSON, --dry-run, check, rirs, and what is wrong."""
    file = written(tmp_path / "recipe.json", recipe(keep=["dry", "labels"]))
    shown = subprocess.run(command("run", folder, file, tmp_path / "out", "--dry-run", 3), capture_output=True, text=True, check=True)
    drawn = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [row["id"] for row in drawn] == ["000.wav"] * 2 + ["001.wav"] * 2 + ["002.wav"] * 2
    assert not (tmp_path / "out").exists()
    made = {row["key"]: row for row in rows(plain)}
    for row in drawn:
        if not any("redrawn" in step for step in made[row["key"]]["chain"]):
            assert [step.get("params") for step in row["chain"]] == [step.get("params") for step in made[row["key"]]["chain"]]
    done = subprocess.run(
        command("run", folder, file, tmp_path / "out", "--workers", 2, "--chunk", 3, "--progress", "json"),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-2]["progress"]["done"] == lines[-2]["progress"]["total"] == 30
    assert lines[-2]["progress"].keys() == {"done", "total", "errors", "resumed", "elapsed_s", "rate", "eta_s"}
    assert lines[-1]["summary"]["ok"] == 28
    assert sources(rows(tmp_path / "out")) == sources(rows(plain))
    checked = subprocess.run(command("check", tmp_path / "out"), capture_output=True, text=True, check=True)
    assert checked.stdout == "28 sounds as they should be, 2 errors noted, 0 problems\n"
    next((tmp_path / "out" / "audio").rglob("*[0-9a-f].flac")).unlink()
    checked = subprocess.run(command("check", tmp_path / "out"), capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "is not there" in checked.stderr
    subprocess.run(
        command("rirs", tmp_path / "rirs", "--count", 3, "--rt60", "0.2:0.3", "--executor", "none", "--sample-rate", 16000),
        capture_output=True,
        check=True,
    )
    assert len(rows(tmp_path / "rirs")) == 3
    wrong = subprocess.run(command("run", tmp_path / "none.jsonl", file, tmp_path / "x"), capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "none.jsonl" in wrong.stderr
    assert "Traceback" not in wrong.stderr
