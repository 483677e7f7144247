package io.gpuinfer.tasks;

import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.serving.repository.Setting;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The devices that the tests of tasks run on, and what they load there. */
public final class Devices {

  private static final ExecutorService WORKERS =
      Executors.newFixedThreadPool(
          4,
          work -> {
            Thread thread = new Thread(work, "worker");
            thread.setDaemon(true);
            return thread;
          });

  private Devices() {}

  /** The host, and an OpenCL device where there is one. */
  public static Stream<String> all() {
    return new OpenClEngine().devices().isEmpty() ? Stream.of("cpu") : Stream.of("cpu", "opencl");
  }

  public static ServingOptions options(String device) {
    return ServingOptions.builder(device).queueCapacity(64).build();
  }

  public static Task task(ModelEntry entry, ServingOptions options) {
    return new TaskFactory(DevicePolicy.installed()).create(TaskType.AUTO, entry, options, WORKERS);
  }

  public static Task task(ModelEntry entry, String device) {
    return task(entry, options(device));
  }

  /** Servers of an entry's models, before any is loaded. */
  public static ModelServers servers(ModelEntry entry, String device) {
    return new ModelServers(
        entry, DevicePolicy.installed().chooseAll(device), options(device), WORKERS);
  }

  public static ModelEntry minilm(Map<String, String> settings) {
    return text("minilm", "all-minilm-l6-v2", settings);
  }

  /** A model for texts that a dependency of the tests carries, with its tokenizer. */
  public static ModelEntry text(String name, String resource, Map<String, String> settings) {
    return new ModelEntry(
        name,
        "1",
        "embedding",
        Map.of(
            "model", classpath(resource + ".onnx"),
            "tokenizer", classpath(resource + "-tokenizer.json")),
        settings(settings));
  }

  public static ModelEntry ppocr(Map<String, String> settings) {
    return new ModelEntry(
        "ppocr",
        "4",
        "ocr",
        Map.of(
            "detection", classpath("models/ch_PP-OCRv4_det_infer.onnx"),
            "recognition", classpath("models/ch_PP-OCRv4_rec_infer.onnx"),
            "direction", classpath("models/ch_ppocr_mobile_v2.0_cls_infer.onnx"),
            "keys", classpath("models/ppocr_keys_v1.txt")),
        settings(settings));
  }

  /** Settings that each have one value. */
  public static Map<String, Setting> settings(Map<String, String> values) {
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, setting -> Setting.of(setting.getValue())));
  }

  private static ModelSource classpath(String resource) {
    return ModelRepository.single("test", "classpath:" + resource).file(ModelEntry.MODEL);
  }
}
