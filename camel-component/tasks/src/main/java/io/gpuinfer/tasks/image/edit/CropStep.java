package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.GraphBuilder;
import java.util.Map;

/**
 * Keeps a part of the picture.
 *
 * @param left the first column that is kept; {@link #MIDDLE} for as much on both sides
 * @param top the first row that is kept; {@link #MIDDLE} for as much on both sides
 * @param width columns that are kept, where there are so many
 * @param height rows that are kept, where there are so many
 */
record CropStep(int left, int top, int width, int height) implements Step {

  static final int MIDDLE = -1;

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    graph.input(name + ".starts", DataType.INT64, 2);
    graph.input(name + ".ends", DataType.INT64, 2);
    graph.constant(name + ".axes", new long[] {2, 3}, 2);
    return graph.node("Slice", name, from, name + ".starts", name + ".ends", name + ".axes");
  }

  @Override
  public Map<String, Tensor> inputs(Size before, String name) {
    Size after = sizeAfter(before);
    int x = start(left, before.width(), after.width());
    int y = start(top, before.height(), after.height());
    return Map.of(
        name + ".starts",
        Tensor.wrap(new long[] {y, x}, 2),
        name + ".ends",
        Tensor.wrap(new long[] {y + after.height(), x + after.width()}, 2));
  }

  @Override
  public Size sizeAfter(Size before) {
    if (left >= before.width() || top >= before.height()) {
      throw new InvalidInputException(
          "The picture is %s and has nothing at %d %d to crop".formatted(before, left, top));
    }
    return new Size(
        Math.min(width, before.width() - Math.max(0, left)),
        Math.min(height, before.height() - Math.max(0, top)));
  }

  private static int start(int wanted, int before, int after) {
    return wanted == MIDDLE ? (before - after) / 2 : wanted;
  }
}
