package io.gpuinfer.tasks.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;

/** The content of a {@code tokenizer.json}. */
final class TokenizerFile {

  /** Beyond the tokenizers of the largest vocabularies, of some 20 MB. */
  private static final int LONGEST = 64 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerFile() {}

  /**
   * Reads the file.
   *
   * @throws ModelLoadException when it cannot be read, or is too long
   */
  static byte[] read(ModelSource source) {
    try (InputStream stream = source.opener().open()) {
      byte[] file = stream.readNBytes(LONGEST + 1);
      if (file.length > LONGEST) {
        throw new ModelLoadException(
            "The tokenizer %s is over %d MiB".formatted(source.name(), LONGEST >> 20));
      }
      return file;
    } catch (IOException e) {
      throw wrong(source.name(), e);
    }
  }

  /**
   * The highest number of a word piece: those of the model's vocabulary, which is an object with
   * the numbers as values, or an array with the numbers as places. Pieces that were added later
   * don't count, as many a tokenizer has some that its model never learnt.
   *
   * @throws ModelLoadException when the file is no JSON
   */
  static long lastId(byte[] file, String name) {
    try {
      JsonNode vocabulary = JSON.readTree(file).path("model").path("vocab");
      long last = vocabulary.isArray() ? vocabulary.size() - 1 : 0;
      for (JsonNode id : vocabulary.isObject() ? vocabulary : JSON.createObjectNode()) {
        last = Math.max(last, id.asLong());
      }
      return last;
    } catch (IOException e) {
      throw wrong(name, e);
    }
  }

  private static ModelLoadException wrong(String name, Exception cause) {
    return new ModelLoadException(
        "Cannot read the tokenizer " + name + ": " + cause.getMessage(), cause);
  }
}
