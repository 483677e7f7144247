package io.gpuinfer.engine.testing;

import io.gpuinfer.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The models that the engine is for, and inputs for them. */
public final class RealModels {

  public static final String MINI_LM = "/all-minilm-l6-v2.onnx";
  public static final String BGE_SMALL = "/bge-small-en-v1.5.onnx";
  public static final String BGE_SMALL_QUANTISED = "/bge-small-en-v1.5-q.onnx";
  public static final String E5_SMALL = "/e5-small-v2.onnx";
  public static final String E5_SMALL_QUANTISED = "/e5-small-v2-q.onnx";
  public static final String DETECTION = "/models/ch_PP-OCRv4_det_infer.onnx";
  public static final String RECOGNITION = "/models/ch_PP-OCRv4_rec_infer.onnx";
  public static final String DIRECTION = "/models/ch_ppocr_mobile_v2.0_cls_infer.onnx";

  /** "A man is eating food." */
  public static final long[] SENTENCE = {101, 1037, 2158, 2003, 5983, 2833, 1012, 102};

  private static final int FIRST_WORD = 1996;
  private static final int VOCABULARY = 30522;

  private RealModels() {}

  /** A model that a dependency of the tests carries. */
  public static byte[] bytes(String resource) {
    try (InputStream stream = RealModels.class.getResourceAsStream(resource)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A well-known architecture of the ONNX project, without trained weights: from Debian's package
   * of test data, or the folder of the property {@code models.light}.
   */
  public static Optional<byte[]> light(String name) {
    String folder = System.getProperty("models.light", "../../../shared/models/light");
    return Stream.of(Path.of("/usr/share/libonnx-testdata/data/light"), Path.of(folder))
        .map(path -> path.resolve("light_" + name + ".onnx"))
        .filter(Files::isReadable)
        .findFirst()
        .map(RealModels::read);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One text without padding. */
  public static Map<String, Tensor> sentence() {
    long[] mask = new long[SENTENCE.length];
    Arrays.fill(mask, 1);
    return texts(SENTENCE, mask, 1, SENTENCE.length);
  }

  /**
   * Texts of random words that are shorter from row to row, padded to one length, as a tokenizer
   * hands them out.
   */
  public static Map<String, Tensor> texts(int batch, int length) {
    long[] ids =
        new RandomTensors(length)
            .integers(FIRST_WORD, VOCABULARY, (long) batch * length)
            .toLongArray();
    long[] mask = new long[ids.length];
    for (int row = 0; row < batch; row++) {
      int words = Math.min(length, Math.max(2, length - row * 5 % length));
      int start = row * length;
      Arrays.fill(mask, start, start + words, 1);
      Arrays.fill(ids, start + words, start + length, 0);
      ids[start] = SENTENCE[0];
      ids[start + words - 1] = SENTENCE[SENTENCE.length - 1];
    }
    return texts(ids, mask, batch, length);
  }

  private static Map<String, Tensor> texts(long[] ids, long[] mask, long... shape) {
    return Map.of(
        "input_ids",
        Tensor.of(ids, shape),
        "attention_mask",
        Tensor.of(mask, shape),
        "token_type_ids",
        Tensor.of(new long[ids.length], shape));
  }

  /** A picture of smooth shapes and noise, normalised as PP-OCR wants it. */
  public static Tensor picture(int batch, int height, int width) {
    float[] values = new RandomTensors(width).normal(batch, 3, height, width).toFloatArray();
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      int y = i / width % height;
      boolean stroke = (x / 6 + y / 9) % 3 == 0;
      values[i] = (stroke ? -0.8f : 0.7f) + 0.1f * values[i];
    }
    return Tensor.wrap(values, batch, 3, height, width);
  }
}
