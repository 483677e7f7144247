package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.PictureFormat;
import java.util.Optional;

/** What a picture is answered as. */
enum Format {
  JPEG(PictureFormat.JPEG),
  PNG(PictureFormat.PNG),
  /** A {@link io.gpuinfer.tasks.image.Picture}, for a task that comes next. */
  PICTURE(null),
  /** Floats of [1, 3, height, width]: levels from 0 to 255, or what they were normalised to. */
  TENSOR(null);

  private final PictureFormat file;

  Format(PictureFormat file) {
    this.file = file;
  }

  /** The kind of file, where it is one. */
  Optional<PictureFormat> file() {
    return Optional.ofNullable(file);
  }
}
