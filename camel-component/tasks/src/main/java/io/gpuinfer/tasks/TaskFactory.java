package io.gpuinfer.tasks;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.device.ChosenDevice;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.classification.ClassificationTasks;
import io.gpuinfer.tasks.detection.DetectionTask;
import io.gpuinfer.tasks.embedding.EmbeddingTask;
import io.gpuinfer.tasks.inference.InferredTask;
import io.gpuinfer.tasks.inference.TaskInference;
import io.gpuinfer.tasks.ocr.OcrTask;
import io.gpuinfer.tasks.rerank.RerankTask;
import io.gpuinfer.tasks.tensor.TensorTask;
import java.util.List;
import java.util.concurrent.Executor;
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
    List<ChosenDevice> chosen = devices.chooseAll(options.device());
    boolean takesLong = wanted == TaskType.OCR || wanted == TaskType.DETECTION;
    Executor completions = takesLong ? workers : answers;
    ModelServers servers = new ModelServers(entry, chosen, options, completions);
    try {
      return switch (wanted) {
        case EMBEDDING -> new EmbeddingTask(servers, workers);
        case RERANK -> new RerankTask(servers, workers);
        case CLASSIFICATION -> ClassificationTasks.of(servers, workers);
        case OCR -> new OcrTask(servers, workers);
        case IMAGE -> throw new IllegalStateException("next");
        case DETECTION -> new DetectionTask(servers, workers);
        case TENSOR, AUTO -> new TensorTask(servers, workers);
      };
    } catch (RuntimeException e) {
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
