package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Resampling;
import io.gpuinfer.tasks.image.Resampling.Interpolation;
import java.util.Map;

/**
 * Makes the picture larger or smaller.
 *
 * @param mode what to do about its proportions
 * @param width columns to make, or not to exceed
 * @param height rows to make, or not to exceed
 */
record ResizeStep(Mode mode, int width, int height) implements Step {

  private static final Resampling RESAMPLING = new Resampling(Interpolation.BILINEAR, true);

  /** What to do about the picture's proportions. */
  enum Mode {
    /** To change them. */
    STRETCH,
    /** To keep them: one side gets its extent, the other no more. */
    FIT,
    /** To keep them: one side gets its extent, the other no less. */
    COVER,
    /** As {@link #FIT}, but only to reduce. */
    REDUCE
  }

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    return RESAMPLING.addTo(graph, from, name, name + ".sizes");
  }

  @Override
  public Map<String, Tensor> inputs(Size before, String name) {
    Size after = sizeAfter(before);
    return Resampling.sizes(name + ".sizes", after.width(), after.height());
  }

  @Override
  public Size sizeAfter(Size before) {
    double across = (double) width / before.width();
    double down = (double) height / before.height();
    return switch (mode) {
      case STRETCH -> new Size(width, height);
      case FIT -> scaled(before, Math.min(across, down));
      case COVER -> scaled(before, Math.max(across, down));
      case REDUCE -> scaled(before, Math.min(1, Math.min(across, down)));
    };
  }

  /** Rows are made before columns, so that there are all columns of the picture for a while. */
  @Override
  public long mostPixels(Size before) {
    Size after = sizeAfter(before);
    return (long) Math.max(before.width(), after.width()) * after.height();
  }

  private static Size scaled(Size size, double scale) {
    return new Size(scaled(size.width(), scale), scaled(size.height(), scale));
  }

  /** What an {@code int} cannot hold is more than any picture may have, as the largest one is. */
  private static int scaled(int extent, double scale) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(extent * scale)));
  }
}
