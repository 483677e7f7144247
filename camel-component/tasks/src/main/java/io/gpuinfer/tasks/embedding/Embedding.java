package io.gpuinfer.tasks.embedding;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The vector of a text, and what a vector store asks of it.
 *
 * @param model name and version of the model that made it, such as {@code minilm/1}
 * @param dimensions how long the vector is
 * @param tokens how many tokens the model read, special ones included
 * @param truncated whether the text was longer than the model takes, and was cut
 * @param vector the values; not copied
 */
public record Embedding(
    String model, int dimensions, int tokens, boolean truncated, float[] vector) {

  private static final int SHOWN = 4;

  public Embedding {
    if (dimensions != vector.length) {
      throw new IllegalArgumentException(
          "A vector of %d values has not %d dimensions".formatted(vector.length, dimensions));
    }
  }

  /**
   * How alike two texts are: the cosine of the angle between their vectors, from −1 to 1.
   *
   * @param other an embedding of the same model
   */
  public double cosine(Embedding other) {
    if (other.dimensions != dimensions) {
      throw new IllegalArgumentException(
          "Vectors of %d and %d dimensions cannot be compared"
              .formatted(dimensions, other.dimensions));
    }
    return Vectors.cosine(vector, other.vector);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Embedding other
        && model.equals(other.model)
        && tokens == other.tokens
        && truncated == other.truncated
        && Arrays.equals(vector, other.vector);
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, tokens, truncated, Arrays.hashCode(vector));
  }

  /** One line for a log, with the first values alone. */
  @Override
  public String toString() {
    String values =
        IntStream.range(0, Math.min(SHOWN, dimensions))
            .mapToObj(i -> String.format(Locale.ROOT, "%.4f", vector[i]))
            .collect(Collectors.joining(", "));
    return "%s: %d tokens%s, %d dimensions [%s%s]"
        .formatted(
            model,
            tokens,
            truncated ? " (cut)" : "",
            dimensions,
            values,
            dimensions > SHOWN ? ", …" : "");
  }
}
