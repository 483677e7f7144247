package io.gpuinfer.tasks;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.kernel.KernelSource;
import io.gpuinfer.serving.device.ChosenDevice;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.classification.ClassificationTasks;
import io.gpuinfer.tasks.detection.DetectionTask;
import io.gpuinfer.tasks.embedding.EmbeddingTask;
import io.gpuinfer.tasks.image.edit.ImageTask;
import io.gpuinfer.tasks.inference.InferredTask;
import io.gpuinfer.tasks.inference.TaskInference;
import io.gpuinfer.tasks.kernel.KernelTask;
import io.gpuinfer.tasks.ocr.OcrTask;
import io.gpuinfer.tasks.rerank.RerankTask;
import io.gpuinfer.tasks.tensor.TensorTask;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the models of a task and puts it together. */
public final class TaskFactory {

  private static final Logger LOG = LoggerFactory.getLogger(TaskFactory.class);

  private final DevicePolicy devices;

  public TaskFactory(DevicePolicy devices) {
    this.devices = devices;
  }

  /**
   * Loads what a task needs on each of its devices.
   *
   * @param type {@link TaskType#AUTO} takes the entry's own, or else what {@link TaskInference}
   *     says
   * @param completions runs everything but the device's work. It must hand work over to other
   *     threads, never run it on the caller's.
   * @throws ModelLoadException when a file is missing or no valid model, or a setting is wrong
   * @throws io.gpuinfer.engine.DeviceOfflineException when there is no such device
   */
  public Task create(
      TaskType type, ModelEntry entry, ServingOptions options, Executor completions) {
    return create(type, entry, options, completions, completions);
  }

  /**
   * As {@link #create(TaskType, ModelEntry, ServingOptions, Executor)}, with threads of two kinds.
   *
   * @param workers run what takes long beside the device: pictures are decoded and searched there
   * @param answers run what is short, and then whatever the caller does with the answer
   */
  public Task create(
      TaskType type, ModelEntry entry, ServingOptions options, Executor workers, Executor answers) {
    TaskType wanted = type == TaskType.AUTO ? typeOf(entry) : type;
    return create(
        entry,
        options,
        isHeavyAfterwards(wanted) ? workers : answers,
        servers ->
            switch (wanted) {
              case EMBEDDING -> new EmbeddingTask(servers, workers);
              case RERANK -> new RerankTask(servers, workers);
              case CLASSIFICATION -> ClassificationTasks.of(servers, workers);
              case DETECTION -> new DetectionTask(servers, workers);
              case OCR -> new OcrTask(servers, workers);
              case IMAGE -> new ImageTask(servers, workers);
              case TENSOR, AUTO -> new TensorTask(servers, workers);
              case KERNEL ->
                  throw new ModelLoadException(
                      "%s is for the task kernel, but names none".formatted(entry.name()));
            });
  }

  /**
   * Gets a user's kernel ready on each of its devices.
   *
   * @param entry its name and its settings
   * @throws ModelLoadException when it cannot be made, translated or compiled, and may not run on
   *     Java threads
   * @throws io.gpuinfer.engine.DeviceOfflineException when there is no such device
   */
  public Task create(
      KernelSource kernel,
      ModelEntry entry,
      ServingOptions options,
      Executor workers,
      Executor answers) {
    return create(entry, options, answers, servers -> new KernelTask(servers, kernel, workers));
  }

  /** These work on pictures after the device has; others only look at a few numbers. */
  private static boolean isHeavyAfterwards(TaskType type) {
    return type == TaskType.OCR || type == TaskType.DETECTION || type == TaskType.IMAGE;
  }

  private Task create(
      ModelEntry entry,
      ServingOptions options,
      Executor completions,
      Function<ModelServers, Task> task) {
    List<ChosenDevice> chosen = devices.chooseAll(options.device());
    ModelServers servers = new ModelServers(entry, chosen, options, completions);
    try {
      return task.apply(servers);
    } catch (RuntimeException | Error e) {
      // What was loaded before the failure would hold device memory for ever.
      servers.close();
      throw e;
    }
  }

  private static TaskType typeOf(ModelEntry entry) {
    InferredTask task = TaskInference.of(entry);
    if (entry.task().equals(ModelEntry.AUTO)) {
      LOG.info(
          "Model {} version {} does not say its task; taken for {}",
          entry.name(),
          entry.version(),
          task);
    }
    return task.type();
  }
}
