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
 */
public record TextLimits(int maxTexts, int maxCharacters) {

  /** The setting of a task that takes a list of texts. */
  public static final String MAX_TEXTS = "limits.maxTexts";

  static final String MAX_CHARACTERS = "limits.maxCharacters";

  static TextLimits of(Settings settings) {
    return new TextLimits(
        settings.integer(MAX_TEXTS, 1000, 1, 1 << 20),
        settings.integer(MAX_CHARACTERS, 1_000_000, 1, 1 << 24));
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
    read.forEach(this::require);
    return read;
  }

  /**
   * Checks one text.
   *
   * @throws InvalidInputException when it is too long
   */
  public void require(String text) {
    if (text.length() > maxCharacters) {
      throw new InvalidInputException(
          "A text of %d characters is over the limit of %d; %s sets it"
              .formatted(text.length(), maxCharacters, MAX_CHARACTERS));
    }
  }
}
