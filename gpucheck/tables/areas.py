"""Tables that are kept in several files: one per area, or per publisher of images."""

REMEDY_AREAS = ("hardware", "driver", "gpu", "toolkit", "engine", "image")
IMAGE_RELEASES = (
    "aws-dlc", "l4t", "mosaicml", "nemo", "ngc", "ollama", "physicsnemo", "rapids", "runpod", "sglang",
    "superbench", "tei", "tensorflow", "tensorflow-serving", "tensorrt-llm", "tgi", "vllm",
)  # fmt: skip
