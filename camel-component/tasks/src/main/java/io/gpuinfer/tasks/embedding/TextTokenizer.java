package io.gpuinfer.tasks.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Cuts texts into the word pieces of a {@code tokenizer.json}, at most so many for each text. */
final class TextTokenizer implements AutoCloseable {

  /** Far beyond what any model reads; tokenizing more would only keep a worker busy. */
  private static final int LONGEST_TEXT = 1_000_000;

  private static final String FLAVOR = "RUST_FLAVOR";

  static {
    // Where it finds CUDA, the library would fetch a build for it over the network; tokenizers do
    // not use it.
    if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
  }

  private final HuggingFaceTokenizer tokenizer;

  /**
   * @param maxLength the most word pieces of a text, special ones included
   * @throws ModelLoadException when the file is no tokenizer
   */
  TextTokenizer(ModelSource source, int maxLength) {
    // The file may bring padding and truncation of its own; buckets and the model decide here.
    Map<String, String> options =
        Map.of(
            "padding",
            "false",
            "truncation",
            "true",
            "maxLength",
            String.valueOf(maxLength),
            "modelMaxLength",
            String.valueOf(maxLength));
    try (InputStream stream = source.opener().open()) {
      tokenizer = HuggingFaceTokenizer.newInstance(stream, options);
    } catch (IOException | RuntimeException e) {
      throw new ModelLoadException(
          "Cannot read the tokenizer " + source.name() + ": " + e.getMessage(), e);
    }
  }

  TokenizedText tokenize(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw new InvalidInputException(
          "A text of %d characters is over the limit of %d".formatted(text.length(), LONGEST_TEXT));
    }
    Encoding encoding = tokenizer.encode(text);
    return new TokenizedText(encoding.getIds(), encoding.getTypeIds(), encoding.exceedMaxLength());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
