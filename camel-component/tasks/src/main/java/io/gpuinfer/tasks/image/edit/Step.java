package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.GraphBuilder;
import java.util.Map;

/** One change of a picture: nodes of a graph, and what a picture's size means for their inputs. */
interface Step {

  /**
   * Adds the nodes.
   *
   * @param from levels from 0 to 255, red first, [1, 3, height, width]; they may have fractions
   * @param name of the result; names of all else begin with it
   * @return the result, as {@code from}
   */
  String addTo(GraphBuilder graph, String from, String name);

  /**
   * The size of the result.
   *
   * @throws InvalidInputException when a picture of this size cannot be changed so
   */
  default Size sizeAfter(Size before) {
    return before;
  }

  /**
   * The most pixels that there are between the picture and the result.
   *
   * @throws InvalidInputException as {@link #sizeAfter} does
   */
  default long mostPixels(Size before) {
    return sizeAfter(before).pixels();
  }

  /**
   * What the nodes' inputs are for a picture of a size.
   *
   * @param name as with {@link #addTo}
   */
  default Map<String, Tensor> inputs(Size before, String name) {
    return Map.of();
  }
}
