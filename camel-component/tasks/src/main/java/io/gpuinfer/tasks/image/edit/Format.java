package io.gpuinfer.tasks.image.edit;

import java.util.Optional;

/** What a picture is answered as. */
enum Format {
  JPEG("image/jpeg"),
  PNG("image/png"),
  /** A {@link io.gpuinfer.tasks.image.Picture}, for a task that comes next. */
  PICTURE(null),
  /** Floats of [1, 3, height, width]: levels from 0 to 255, or what they were normalised to. */
  TENSOR(null);

  private final String mediaType;

  Format(String mediaType) {
    this.mediaType = mediaType;
  }

  Optional<String> mediaType() {
    return Optional.ofNullable(mediaType);
  }
}
