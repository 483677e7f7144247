package io.gpuinfer.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.sun.management.OperatingSystemMXBean;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.UnsupportedModelException;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Runs ONNX models on the host's cores through ONNX Runtime. */
public final class OnnxRuntimeEngine implements InferenceEngine {

  static final String NAME = "onnxruntime";

  private final ModelReader reader;

  public OnnxRuntimeEngine() {
    this(new ModelReader(ModelReader.MAX_BYTES));
  }

  OnnxRuntimeEngine(ModelReader reader) {
    this.reader = reader;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<DeviceInfo> devices() {
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return List.of(
        new DeviceInfo(
            0,
            "Host processor (" + System.getProperty("os.arch") + ")",
            DeviceKind.HOST_CPU,
            memory,
            memory,
            Runtime.getRuntime().availableProcessors(),
            "ONNX Runtime " + environment().getVersion()));
  }

  @Override
  public InferenceSession load(ModelSource source, LoadOptions options) {
    DeviceInfo device = device(options.device());
    OnnxRuntimeSession session = open(source, options, device);
    try {
      warmUp(session, options);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    return session;
  }

  private DeviceInfo device(int index) {
    List<DeviceInfo> devices = devices();
    if (index < 0 || index >= devices.size()) {
      throw new DeviceOfflineException("ONNX Runtime has no device " + index + ", only " + devices);
    }
    return devices.get(index);
  }

  private OnnxRuntimeSession open(ModelSource source, LoadOptions options, DeviceInfo device) {
    WholeModel model = ModelFile.inOnePiece(source, reader.read(source), reader.limit());
    OrtEnvironment environment = environment();
    try (SessionOptions sessionOptions = sessionOptions(options)) {
      OrtSession session = environment.createSession(model.bytes(), sessionOptions);
      return new OnnxRuntimeSession(
          source.name(), environment, session, signature(session), device, model);
    } catch (OrtException e) {
      String message = "ONNX Runtime cannot load " + source.name() + ": " + e.getMessage();
      throw e.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED
          ? new UnsupportedModelException(message, List.of(e.getMessage()))
          : new ModelLoadException(message, e);
    }
  }

  private static SessionOptions sessionOptions(LoadOptions options) throws OrtException {
    SessionOptions session = new SessionOptions();
    session.setIntraOpNumThreads(
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors());
    session.setInterOpNumThreads(1);
    session.setExecutionMode(ExecutionMode.SEQUENTIAL);
    session.setOptimizationLevel(options.fusion() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
    // What fails comes back as an exception; it need not stand on standard error as well.
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return session;
  }

  private static Signature signature(OrtSession session) throws OrtException {
    try {
      return Signature.of(session);
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static void warmUp(OnnxRuntimeSession session, LoadOptions options) {
    if (options.warmupShapes().isEmpty()) {
      return; // nothing is planned or compiled ahead of a run here
    }
    try {
      session.run(ZeroInputs.of(session.inputs(), options.warmupShapes()));
    } catch (InvalidInputException e) {
      throw new ModelLoadException("The warm-up shapes do not fit: " + e.getMessage(), e);
    }
  }

  /**
   * Asked for at each use, since it loads the native library: an engine that is never used need
   * not.
   */
  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "gpu-infer");
  }
}
