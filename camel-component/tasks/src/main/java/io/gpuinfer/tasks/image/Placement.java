package io.gpuinfer.tasks.image;

/**
 * Where a picture lies in a model's input. Coordinates are edges: a picture of width 10 reaches
 * from 0 to 10.
 *
 * @param pictureWidth columns of the picture
 * @param pictureHeight rows of the picture
 * @param resizedWidth columns that the whole picture takes in the input
 * @param resizedHeight rows that the whole picture takes in the input
 * @param left the input's column where the picture begins; below 0 where it was cropped
 * @param top the input's row where the picture begins; below 0 where it was cropped
 * @param inputWidth columns of the input
 * @param inputHeight rows of the input
 */
public record Placement(
    int pictureWidth,
    int pictureHeight,
    int resizedWidth,
    int resizedHeight,
    int left,
    int top,
    int inputWidth,
    int inputHeight) {

  /** The picture's column, from 0 to its width, that lies at a column of the input. */
  public double pictureX(double inputX) {
    return clamp((inputX - left) * pictureWidth / resizedWidth, pictureWidth);
  }

  /** The picture's row, from 0 to its height, that lies at a row of the input. */
  public double pictureY(double inputY) {
    return clamp((inputY - top) * pictureHeight / resizedHeight, pictureHeight);
  }

  /** The same in a picture that this one was reduced from. */
  Placement of(Picture original) {
    return new Placement(
        original.width(),
        original.height(),
        resizedWidth,
        resizedHeight,
        left,
        top,
        inputWidth,
        inputHeight);
  }

  private static double clamp(double value, double highest) {
    return Math.max(0, Math.min(value, highest));
  }
}
