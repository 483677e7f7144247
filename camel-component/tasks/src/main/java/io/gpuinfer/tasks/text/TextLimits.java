package io.gpuinfer.tasks.text;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.Bodies;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.Settings;
import java.util.List;

/**
 * The most that a request may ask for; what is over it is refused before any of it is read.
 *
 * @param maxTexts texts of a request
 * @param maxCharacters characters of each, as {@link String#length()} counts them
 * @param maxTotalCharacters characters of all texts of a request together
 */
public record TextLimits(int maxTexts, int maxCharacters, int maxTotalCharacters) {

  /** The setting of a task that takes a list of texts. */
  public static final String MAX_TEXTS = "limits.maxTexts";

  private static final String MAX_CHARACTERS = "limits.maxCharacters";
  private static final String MAX_TOTAL_CHARACTERS = "limits.maxTotalCharacters";

  /** The settings of every task that takes texts. */
  static final List<String> SETTINGS = List.of(MAX_CHARACTERS, MAX_TOTAL_CHARACTERS);

  static TextLimits of(Settings settings) {
    return new TextLimits(
        settings.integer(MAX_TEXTS, 1000, 1, 1 << 20),
        settings.integer(MAX_CHARACTERS, 1_000_000, 1, 1 << 24),
        settings.integer(MAX_TOTAL_CHARACTERS, 4_000_000, 1, 1 << 28));
  }

  /**
   * The texts of a message.
   *
   * @throws InvalidInputException when a body is no text, or they are over a limit
   */
  public List<String> read(Bodies bodies) {
    List<?> texts = bodies.each();
    if (texts.size() > maxTexts) {
      throw new InvalidInputException(
          "%d texts are over the limit of %d; %s sets it"
              .formatted(texts.size(), maxTexts, MAX_TEXTS));
    }
    for (Object text : texts) {
      if (!(text instanceof String)) {
        throw new InvalidInputException(
            "The task takes a text or a list of texts, not " + Content.nameOf(text));
      }
    }
    List<String> read = texts.stream().map(String.class::cast).toList();
    require(read);
    return read;
  }

  /**
   * Checks the lengths of all texts of a request.
   *
   * @throws InvalidInputException when one is too long, or all are together
   */
  public void require(List<String> texts) {
    for (String text : texts) {
      if (text.length() > maxCharacters) {
        throw new InvalidInputException(
            "A text of %d characters is over the limit of %d; %s sets it"
                .formatted(text.length(), maxCharacters, MAX_CHARACTERS));
      }
    }
    long total = texts.stream().mapToLong(String::length).sum();
    if (total > maxTotalCharacters) {
      throw new InvalidInputException(
          "The texts have %d characters together, over the limit of %d; %s sets it"
              .formatted(total, maxTotalCharacters, MAX_TOTAL_CHARACTERS));
    }
  }
}
