package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.Tensor;
import java.util.Map;

/** Knows how a family of models writes down the boxes it sees. */
interface Head {

  /** That the outputs do not tell how many classes there are. */
  int UNKNOWN = -1;

  /** How many classes the outputs tell apart, or {@link #UNKNOWN}. */
  int classes();

  /**
   * Finds the boxes in the outputs of a run on one picture.
   *
   * @param outputs by name; axis 0 of each is the picture, where it has such an axis
   * @param width of the model's input in this run, in pixels
   * @param height of the model's input in this run, in pixels
   * @param found takes the boxes, in pixels of the input
   */
  void read(Map<String, Tensor> outputs, int width, int height, Candidates found);
}
