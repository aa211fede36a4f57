"""What follows from an image's name, a release of PyTorch and a CUDA that a text states."""

import pytest

from gpucheck.explaining.derived import complete
from gpucheck.explaining.observed import Observed
from tests.explaining.texts import shipped


def completed(**stated: str) -> dict[str, str]:
    said = Observed(readings=stated)
    complete(said, None, shipped())
    return said.readings


@pytest.mark.parametrize(
    ("stated", "name", "value"),
    [
        ({"image": "nvcr.io/nvidia/pytorch:23.09-py3"}, "image_cuda", "12.2.1"),
        ({"image": "nvidia/cuda:12.4.9-base-ubuntu22.04"}, "image_published", "no"),
        ({"image": "pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime"}, "build_newest", "9.0"),
        ({"torch": "1.11", "image_cuda": "11.3"}, "build_newest", "8.6"),
        ({"torch": "1.11", "image_cuda": "11.3"}, "build_oldest", "3.7"),
        ({"image_cuda": "12.4", "driver": "535.54"}, "image_floor", "525.60.13"),
        ({"image_cuda": "12.4", "driver": "525"}, "image_floor", "525"),
        ({"required_cuda": "11.8", "driver": "470"}, "minor_floor", "450"),
    ],
)
def test_follows(stated: dict[str, str], name: str, value: str) -> None:
    assert completed(**stated)[name] == value


@pytest.mark.parametrize("image", ["nvidia/cuda:11.x.x-devel", "my/app:1", ":::", "UPPER/case:1"])
def test_nothing_follows_from_an_image_that_is_not_known(image: str) -> None:
    assert completed(image=image).keys() <= {"image", "image_published"}
