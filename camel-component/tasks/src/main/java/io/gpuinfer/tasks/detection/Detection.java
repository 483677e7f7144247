package io.gpuinfer.tasks.detection;

import java.util.List;
import java.util.Locale;

/**
 * A thing that a model sees in a picture.
 *
 * @param label what it is: a line of the label file, or the class's number where there is none
 * @param labelIndex the number of its class, from 0
 * @param score how sure the model is, from 0 to 1
 * @param box where it is, in pixels of the picture as it was given
 * @param keypoints places that the model marks, in an order that the model defines; none with most
 */
public record Detection(
    String label, int labelIndex, double score, Box box, List<Keypoint> keypoints) {

  public Detection {
    keypoints = List.copyOf(keypoints);
  }

  /** The label, the score and the box. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.2f %s", label, score, box);
  }
}
