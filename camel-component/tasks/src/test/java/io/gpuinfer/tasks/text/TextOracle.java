package io.gpuinfer.tasks.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What a tokenizer and ONNX Runtime make of texts, without anything of ours between the two. */
public final class TextOracle implements AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;
  private final OrtEnvironment environment =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "gpu-infer");
  private final OrtSession session;

  public TextOracle(ModelEntry entry) throws IOException, OrtException {
    try (InputStream stream = entry.file("tokenizer").opener().open()) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              stream, Map.of("padding", "false", "truncation", "false"));
    }
    session = environment.createSession(bytes(entry.file("model")));
  }

  public static byte[] bytes(ModelSource source) throws IOException {
    try (InputStream stream = source.opener().open()) {
      return stream.readAllBytes();
    }
  }

  /** A text with the special pieces around it. */
  public Encoding encode(String text) {
    return tokenizer.encode(text);
  }

  /** Two texts with the special pieces around and between them. */
  public Encoding encode(String first, String second) {
    return tokenizer.encode(first, second);
  }

  /** A text without special pieces. */
  public long[] pieces(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  /** The vectors of a text's tokens. */
  public float[][] hidden(String text) throws OrtException {
    return hidden(encode(text).getIds());
  }

  /** The vectors of the tokens of one text. */
  public float[][] hidden(long[] ids) throws OrtException {
    return ((float[][][]) run(ids, new long[ids.length]))[0];
  }

  /** What a head on the model says of one row. */
  public float[] logits(Encoding row) throws OrtException {
    return ((float[][]) run(row.getIds(), row.getTypeIds()))[0];
  }

  /** Runs the model on one row without padding. */
  private Object run(long[] ids, long[] types) throws OrtException {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, long[]> rows =
        Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types);
    try {
      for (String name : session.getInputNames()) {
        inputs.put(name, OnnxTensor.createTensor(environment, new long[][] {rows.get(name)}));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        return result.get(0).getValue();
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
