package io.gpuinfer.tasks.classification;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.LabelFile;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns the scores of one input into its likeliest classes.
 *
 * @param activation how scores become probabilities
 * @param topK how many classes to name
 * @param labels what they are called
 */
public record Ranking(Activation activation, int topK, LabelFile labels) {

  /**
   * The likeliest classes, the likeliest first.
   *
   * @param scores one for each class, in any shape
   */
  public List<Classification> of(Tensor scores) {
    labels.requireCount(scores.size());
    double[] probabilities = activation.apply(scores.toFloat32().toFloatArray());
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -probabilities[i]))
        .limit(topK)
        .map(i -> new Classification(labels.label(i), i, probabilities[i]))
        .toList();
  }
}
