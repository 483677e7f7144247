package io.gpuinfer.tasks.classification;

/** How a model's scores become probabilities. */
enum Activation {
  /** Not at all where they add up to 1 already, and as classes that exclude each other else. */
  AUTO,
  /** As classes that exclude each other. */
  SOFTMAX,
  /** As classes that may all be true. */
  SIGMOID,
  /** Not at all. */
  NONE;

  /** How far rounding may take a sum of probabilities from 1. */
  private static final double TOLERANCE = 1e-3;

  /** The probabilities of one input's scores. */
  double[] apply(float[] scores) {
    return switch (this) {
      case AUTO -> (areProbabilities(scores) ? NONE : SOFTMAX).apply(scores);
      case SOFTMAX -> softmax(scores);
      case SIGMOID -> {
        double[] result = new double[scores.length];
        for (int i = 0; i < result.length; i++) {
          result[i] = 1 / (1 + Math.exp(-scores[i]));
        }
        yield result;
      }
      case NONE -> {
        double[] result = new double[scores.length];
        for (int i = 0; i < result.length; i++) {
          result[i] = scores[i];
        }
        yield result;
      }
    };
  }

  private static boolean areProbabilities(float[] scores) {
    double sum = 0;
    for (float score : scores) {
      if (!(score >= 0)) {
        return false;
      }
      sum += score;
    }
    return Math.abs(sum - 1) < TOLERANCE;
  }

  private static double[] softmax(float[] scores) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      highest = Math.max(highest, score);
    }
    double[] result = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.exp(scores[i] - highest);
      sum += result[i];
    }
    for (int i = 0; i < result.length; i++) {
      result[i] /= sum;
    }
    return result;
  }
}
