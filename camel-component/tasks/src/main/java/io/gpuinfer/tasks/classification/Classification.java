package io.gpuinfer.tasks.classification;

import java.util.Locale;

/**
 * A class that an input may be of.
 *
 * @param label what the class is called; its number where the model has no labels
 * @param index its number in the model's output
 * @param probability how likely it is, from 0 to 1; the model's own score where it is asked for
 */
public record Classification(String label, int index, double probability) {

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.3f", label, probability);
  }
}
