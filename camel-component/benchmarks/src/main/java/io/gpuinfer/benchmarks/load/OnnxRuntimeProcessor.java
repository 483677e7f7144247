package io.gpuinfer.benchmarks.load;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.onnxruntime.OnnxRuntimeEngine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * What a route without the component would do: cut the text on the caller's thread, run ONNX
 * Runtime on it alone, pool. The session lets one run in at a time; all cores are that run's.
 */
final class OnnxRuntimeProcessor implements Processor, AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;
  private final InferenceSession session;
  private final int threads;

  OnnxRuntimeProcessor(int threads) throws IOException {
    this.threads = threads;
    this.tokenizer = MiniLm.tokenizer();
    try (InputStream model = MiniLm.model()) {
      session =
          new OnnxRuntimeEngine()
              .load(
                  ModelSource.of("minilm", model.readAllBytes()),
                  LoadOptions.builder().threads(threads).build());
    }
  }

  String settings() {
    return "%s, one exchange at a time, no padding, intra-op threads: %d, all optimisations"
        .formatted(session.device().driver(), threads);
  }

  @Override
  public void process(Exchange exchange) {
    Encoding encoding = tokenizer.encode(exchange.getMessage().getBody(String.class));
    long[] shape = {1, encoding.getIds().length};
    Map<String, Tensor> inputs =
        Map.of(
            MiniLm.IDS, Tensor.wrap(encoding.getIds(), shape),
            MiniLm.MASK, Tensor.wrap(encoding.getAttentionMask(), shape),
            MiniLm.TYPES, Tensor.wrap(encoding.getTypeIds(), shape));
    Map<String, Tensor> taken =
        session.inputs().stream()
            .collect(Collectors.toMap(i -> i.name(), i -> inputs.get(i.name())));
    Tensor hidden = session.run(taken).get(session.outputs().get(0).name());
    exchange
        .getMessage()
        .setBody(MeanPooling.embedding(hidden.toFloatArray(), encoding.getIds().length));
  }

  @Override
  public void close() {
    session.close();
    tokenizer.close();
  }
}
