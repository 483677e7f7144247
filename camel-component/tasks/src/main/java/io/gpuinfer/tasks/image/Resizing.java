package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.image.Resampling.Interpolation;

/**
 * How a picture of any size gets the size of a model's input.
 *
 * @param mode what becomes of a picture of other proportions
 * @param width columns to make where the model leaves them open; 0 where the model must say
 * @param height rows to make where the model leaves them open; 0 where the model must say
 * @param crop with {@link Mode#SHORTEST}, the share of the resized sides that is kept
 * @param resampling how pixels are weighed
 * @param multiple with {@link Mode#LETTERBOX} and a model that leaves its extents open, the picture
 *     is padded to multiples of this rather than to width and height; 0 for those
 * @param padding the level of what is padded, 0 to 255
 * @param position with {@link Mode#LETTERBOX}, where the picture lies
 */
public record Resizing(
    Mode mode,
    int width,
    int height,
    double crop,
    Resampling resampling,
    int multiple,
    int padding,
    Position position) {

  /** What a picture may become on the way to an input, where that input is not half as large. */
  private static final long MOST_PIXELS = 2 * Picture.MOST_DEVICE_PIXELS;

  private static final Resampling SMOOTH = new Resampling(Interpolation.BILINEAR, true);

  /** What becomes of a picture of other proportions. */
  public enum Mode {
    /** It is distorted. */
    STRETCH,
    /** It is resized until it covers the input, and its middle is taken. */
    SHORTEST,
    /** It is resized until it fits into the input, and the rest is padded. */
    LETTERBOX
  }

  /** Where a picture lies in an input larger than it. */
  public enum Position {
    /** In the middle. */
    CENTER,
    /** At the top left: the padding is at the bottom and on the right. */
    TOP_LEFT
  }

  static Resizing stretch(int width, int height) {
    return new Resizing(Mode.STRETCH, width, height, 1, SMOOTH, 0, 0, Position.CENTER);
  }

  static Resizing shortest(int side, double crop, Interpolation interpolation) {
    return new Resizing(
        Mode.SHORTEST,
        side,
        side,
        crop,
        new Resampling(interpolation, true),
        0,
        0,
        Position.CENTER);
  }

  static Resizing letterbox(int side, boolean antialias, int padding, Position position) {
    return new Resizing(
        Mode.LETTERBOX,
        side,
        side,
        1,
        new Resampling(Interpolation.BILINEAR, antialias),
        0,
        padding,
        position);
  }

  /** This for an input of another size. */
  Resizing to(int newWidth, int newHeight) {
    return new Resizing(mode, newWidth, newHeight, crop, resampling, multiple, padding, position);
  }

  /** This for an input whose extents the model says: there is nothing to round up. */
  Resizing toWholeInput() {
    return new Resizing(mode, width, height, crop, resampling, 0, padding, position);
  }

  /**
   * Where a picture of a size comes to lie.
   *
   * @throws InvalidInputException when it is so narrow that it would become huge on the way
   */
  Placement place(int pictureWidth, int pictureHeight) {
    return switch (mode) {
      case STRETCH -> {
        requireBounded(pictureWidth, pictureHeight, width, height);
        yield new Placement(pictureWidth, pictureHeight, width, height, 0, 0, width, height);
      }
      case SHORTEST -> cover(pictureWidth, pictureHeight);
      case LETTERBOX -> fit(pictureWidth, pictureHeight);
    };
  }

  /** As torchvision's {@code Resize} and {@code CenterCrop} round. */
  private Placement cover(int pictureWidth, int pictureHeight) {
    long leastWidth = Math.round(width / crop);
    long leastHeight = Math.round(height / crop);
    boolean byWidth = leastWidth * pictureHeight >= leastHeight * pictureWidth;
    long resizedWidth = byWidth ? leastWidth : leastHeight * pictureWidth / pictureHeight;
    long resizedHeight = byWidth ? leastWidth * pictureHeight / pictureWidth : leastHeight;
    requireBounded(pictureWidth, pictureHeight, resizedWidth, resizedHeight);
    return new Placement(
        pictureWidth,
        pictureHeight,
        (int) resizedWidth,
        (int) resizedHeight,
        -(int) Math.rint((resizedWidth - width) / 2.0),
        -(int) Math.rint((resizedHeight - height) / 2.0),
        width,
        height);
  }

  /** Rows are made before columns, so that there are all columns of the picture for a while. */
  private void requireBounded(int pictureWidth, int pictureHeight, long columns, long rows) {
    long most = Math.max(MOST_PIXELS, 2L * width * height);
    if (Math.max(pictureWidth, columns) * rows > most) {
      throw new InvalidInputException(
          "A picture of %d × %d is too narrow for an input of %d × %d: it would become over %d pixels before it is cut; cut it first"
              .formatted(pictureWidth, pictureHeight, width, height, most));
    }
  }

  private Placement fit(int pictureWidth, int pictureHeight) {
    double scale = Math.min((double) width / pictureWidth, (double) height / pictureHeight);
    int resizedWidth = (int) Math.max(1, Math.round(pictureWidth * scale));
    int resizedHeight = (int) Math.max(1, Math.round(pictureHeight * scale));
    int inputWidth = multiple == 0 ? width : rounded(resizedWidth);
    int inputHeight = multiple == 0 ? height : rounded(resizedHeight);
    boolean center = position == Position.CENTER;
    return new Placement(
        pictureWidth,
        pictureHeight,
        resizedWidth,
        resizedHeight,
        center ? (inputWidth - resizedWidth) / 2 : 0,
        center ? (inputHeight - resizedHeight) / 2 : 0,
        inputWidth,
        inputHeight);
  }

  private int rounded(int extent) {
    return (extent + multiple - 1) / multiple * multiple;
  }
}
