package io.gpuinfer.benchmarks.load;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.translate.Translator;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** MiniLM as users of camel-djl load a model of their own: a model and its translator, as beans. */
final class DjlModel implements AutoCloseable {

  private static final String ENGINE = "OnnxRuntime";

  /** Held here, since loggers that nobody holds forget their level. */
  private static final Logger ENVIRONMENT_LOG = Logger.getLogger(OrtEnvironment.class.getName());

  private final HuggingFaceTokenizer tokenizer;
  private final Model model;
  private final int threads;

  /**
   * Starts DJL's engine. It makes the environment of ONNX Runtime itself, and fails where somebody
   * else has made it before; those who come later share it.
   */
  static void startEngine() {
    // DJL would tell its makers over the network that it is used, and look there for natives.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    // Ours asks for another name of the environment than DJL's, which changes nothing.
    ENVIRONMENT_LOG.setLevel(Level.SEVERE);
    Engine.getEngine(ENGINE);
  }

  DjlModel(int threads) throws IOException, MalformedModelException {
    this.threads = threads;
    this.tokenizer = MiniLm.tokenizer();
    this.model = Model.newInstance("minilm", Device.cpu(), ENGINE);
    try (InputStream file = MiniLm.model()) {
      model.load(
          file,
          Map.of(
              "interOpNumThreads", "1",
              "intraOpNumThreads", String.valueOf(threads),
              "executionMode", "SEQUENTIAL",
              "optLevel", "ALL_OPT"));
    }
  }

  Model model() {
    return model;
  }

  Translator<String, float[]> translator() {
    return new DjlTranslator(tokenizer);
  }

  String settings() {
    // DJL's engine names the version that it was built with, which need not be the one that runs.
    return "DJL %s with ONNX Runtime %s, all callers at once, no padding, intra-op threads: %d, all optimisations"
        .formatted(Engine.getDjlVersion(), OrtEnvironment.getEnvironment().getVersion(), threads);
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
