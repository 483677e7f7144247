package io.gpuinfer.tasks.image.edit;

/**
 * Extents of a picture.
 *
 * @param width columns
 * @param height rows
 */
record Size(int width, int height) {

  long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
