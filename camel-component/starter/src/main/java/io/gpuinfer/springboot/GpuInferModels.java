package io.gpuinfer.springboot;

import io.gpuinfer.component.GpuInferComponent;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.TaskType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The options of models by their names, such as {@code
 * camel.component.gpu-infer.models.reader.device=cpu}.
 *
 * @param models Options of models by their names: what endpoints of that name have where their URI
 *     does not set it. What is not set here either is as the component has it.
 */
@ConfigurationProperties("camel.component.gpu-infer")
public record GpuInferModels(@DefaultValue Map<String, Model> models) {

  /**
   * The options of one model; null where the component's hold.
   *
   * @param task what to do with the body before and after the model.
   * @param device where the model runs: gpu, opencl, cpu, auto, the position of an OpenCL device,
   *     or a part of a device's name. Several between commas share the requests.
   * @param settings settings of the task, which replace those of the model's description.
   * @param modelVersion version of the model in the repository.
   * @param modelUri a single model file to serve instead of an entry of the model repository.
   * @param kernel with the task kernel, the kernel to run: #bean: or #class: and a name.
   * @param maxBatchSize the most items that share a run.
   * @param maxBatchDelay the longest that a request waits for others to share its run.
   * @param instances how often the model is loaded on each of its devices.
   * @param queueCapacity requests that may wait for the model while a full batch runs.
   * @param queueGflop work that may wait for the model, in GFLOP; 0 for any.
   * @param watchdog the least time after which a run that does not end counts as hung.
   * @param keepOrder whether answers leave in the order in which the exchanges came.
   * @param requestTimeout time within which an exchange is answered, waiting included.
   * @param priority which requests go first when several wait.
   * @param warmup whether to run the model once before its route starts.
   */
  public record Model(
      TaskType task,
      String device,
      Map<String, Object> settings,
      String modelVersion,
      String modelUri,
      String kernel,
      Integer maxBatchSize,
      Duration maxBatchDelay,
      Integer instances,
      Integer queueCapacity,
      Double queueGflop,
      Duration watchdog,
      Boolean keepOrder,
      Duration requestTimeout,
      Priority priority,
      Boolean warmup) {

    private Map<String, Object> options() {
      Map<String, Object> set = new HashMap<>();
      set.put("task", task);
      set.put("device", device);
      set.put("settings", settings);
      set.put("modelVersion", modelVersion);
      set.put("modelUri", modelUri);
      set.put("kernel", kernel);
      set.put("maxBatchSize", maxBatchSize);
      set.put("maxBatchDelay", maxBatchDelay);
      set.put("instances", instances);
      set.put("queueCapacity", queueCapacity);
      set.put("queueGflop", queueGflop);
      set.put("watchdog", watchdog);
      set.put("keepOrder", keepOrder);
      set.put("requestTimeout", requestTimeout);
      set.put("priority", priority);
      set.put("warmup", warmup);
      set.values().removeIf(Objects::isNull);
      return set;
    }
  }

  void give(GpuInferComponent component) {
    models.forEach((name, model) -> component.getModels().put(name, model.options()));
  }
}
