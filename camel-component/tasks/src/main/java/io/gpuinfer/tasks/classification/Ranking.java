package io.gpuinfer.tasks.classification;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.LabelFile;
import io.gpuinfer.tasks.Settings;
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
record Ranking(Activation activation, int topK, LabelFile labels) {

  private static final String ACTIVATION = "activation";
  private static final String TOP_K = "topK";

  /** The settings that it is made by. */
  static final List<String> SETTINGS = List.of(ACTIVATION, TOP_K, LabelFile.ROLE);

  /**
   * The ranking that a model's files and settings ask for.
   *
   * @throws ModelLoadException when a setting is wrong, or the labels cannot be read
   */
  static Ranking of(ModelEntry entry, Settings settings) {
    return new Ranking(
        settings.choice(ACTIVATION, Activation.AUTO),
        settings.integer(TOP_K, 5, 1, 1 << 16),
        LabelFile.of(entry));
  }

  /**
   * The likeliest classes, the likeliest first.
   *
   * @param scores one for each class, in any shape
   */
  List<Classification> of(Tensor scores) {
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
