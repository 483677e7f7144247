package io.gpuinfer.benchmarks.load;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** all-MiniLM-L6-v2 on the class path, and texts for it. */
final class MiniLm {

  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  private static final String MODEL = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

  private static final int SHORTEST = 16;
  private static final int LONGEST = 128;

  /** Each length about nine times. */
  private static final int TEXTS = 1024;

  private static final String FLAVOR = "RUST_FLAVOR";

  private MiniLm() {}

  /** The ONNX file. */
  static InputStream model() throws IOException {
    return open(MODEL);
  }

  /** What the component cuts texts with, and with the same limit. */
  static HuggingFaceTokenizer tokenizer() throws IOException {
    // Where it finds CUDA, the library would fetch a build for it over the network.
    if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
    try (InputStream file = open(TOKENIZER)) {
      return HuggingFaceTokenizer.newInstance(
          file,
          Map.of(
              "padding", "false",
              "truncation", "true",
              "maxLength", "512",
              "modelMaxLength", "512"));
    }
  }

  /** Texts of 16 to 128 tokens, each length as often as the others. */
  static List<String> texts(long seed) throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      return new TextMaker(text -> tokenizer.encode(text).getIds().length, sentences(), seed)
          .mixed(TEXTS, SHORTEST, LONGEST);
    }
  }

  private static List<String> sentences() throws IOException {
    try (InputStream file = MiniLm.class.getResourceAsStream("sentences.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).toList();
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream stream = MiniLm.class.getClassLoader().getResourceAsStream(name);
    if (stream == null) {
      throw new FileNotFoundException(name + " is not on the class path");
    }
    return stream;
  }
}
