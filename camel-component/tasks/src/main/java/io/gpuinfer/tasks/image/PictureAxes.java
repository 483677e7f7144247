package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Optional;

/**
 * Which axes of a tensor are those of pictures; axis 0 is the batch.
 *
 * @param channels the axis of the colours
 * @param height the axis of the rows
 * @param width the axis of the columns
 */
public record PictureAxes(int channels, int height, int width) {

  /** How many colours pictures have. */
  static final int CHANNELS = 3;

  /** How many axes a batch of pictures has. */
  static final int RANK = 4;

  /** Of [batch, 3, height, width], as most models have it. */
  public static final PictureAxes FIRST = new PictureAxes(1, 2, 3);

  /** Of [batch, height, width, 3]. */
  public static final PictureAxes LAST = new PictureAxes(3, 1, 2);

  /**
   * The axes of an input that says it is for pictures: of four axes, one of them the three colours.
   *
   * @return empty for what is no picture, and for what leaves the number of colours open
   */
  public static Optional<PictureAxes> of(TensorInfo input) {
    if (!mayHold(input)) {
      return Optional.empty();
    }
    List<Long> shape = input.shape();
    if (shape.get(FIRST.channels) == CHANNELS) {
      return Optional.of(FIRST);
    }
    return shape.get(LAST.channels) == CHANNELS ? Optional.of(LAST) : Optional.empty();
  }

  /** Whether an input has the type and the number of axes of pictures. */
  static boolean mayHold(TensorInfo input) {
    return input.shape().size() == RANK
        && (input.type().isFloat() || input.type() == DataType.UINT8);
  }
}
