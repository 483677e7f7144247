package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Levels;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.Preprocessing.Channels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps as one graph, so that a picture goes to the device once and comes back once. Sizes are
 * inputs of it: one session serves pictures of every size.
 *
 * @param steps in their order
 * @param packed whether the graph ends with pixels of one number each, else with their channels
 */
record Steps(List<Step> steps, boolean packed) {

  /** The graph's output. */
  static final String RESULT = "result";

  private static final String PICTURE = "picture";

  ModelSource graph() {
    GraphBuilder graph = new GraphBuilder("steps");
    String levels = Levels.unpack(graph, PICTURE, Channels.RGB);
    for (int i = 0; i < steps.size(); i++) {
      levels = steps.get(i).addTo(graph, levels, nameOf(i));
    }
    if (packed) {
      Levels.pack(graph, levels, RESULT);
    } else {
      graph.node("Identity", RESULT, levels);
      graph.output(RESULT, DataType.FLOAT32, 1, 3, "rows", "columns");
    }
    return graph.source();
  }

  /**
   * What the graph takes for a picture.
   *
   * @param maxPixels the most pixels after any step; within one there may be twice as many
   * @throws InvalidInputException when a step cannot be taken, or makes more pixels
   */
  Map<String, Tensor> inputs(Picture picture, long maxPixels) {
    Map<String, Tensor> inputs = new HashMap<>();
    inputs.put(PICTURE, picture.packed());
    Size size = new Size(picture.width(), picture.height());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Size after = step.sizeAfter(size);
      if (after.pixels() > maxPixels) {
        throw new InvalidInputException(
            "Step %d would make %s of a picture of %s: more than %d pixels"
                .formatted(i + 1, after, size, maxPixels));
      }
      if (step.mostPixels(size) > 2 * maxPixels) {
        throw new InvalidInputException(
            "A picture of %s is too narrow for step %d: it would become over %d pixels before it is %s; cut it first"
                .formatted(size, i + 1, 2 * maxPixels, after));
      }
      inputs.putAll(step.inputs(size, nameOf(i)));
      size = after;
    }
    return inputs;
  }

  private static String nameOf(int step) {
    return "step" + (step + 1);
  }
}
