package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Bodies;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Tensors in, tensors out.
 *
 * <p>The body is one of these, or a list of them:
 *
 * <ul>
 *   <li>a {@link Tensor}, or for a model that leaves at most one extent open an array or a list of
 *       numbers, which become elements of the input's type; nested ones have a shape of their own.
 *       For models of several inputs, a map of these by the inputs' names.
 *   <li>the bytes of a NumPy file, {@code .npy} or {@code .npz}.
 *   <li>a request of the Open Inference Protocol: its JSON, as text or bytes, or an {@link
 *       OpenInferenceRequest}.
 * </ul>
 *
 * <p>The answer is what {@code format} says, or a list of these: the model's only output or a map
 * of all ({@code tensor}, the default); the bytes of a NumPy file ({@code npy}, {@code npz}); the
 * JSON of the Open Inference Protocol as a text ({@code json}); or that of these in which the
 * request came ({@code same}).
 *
 * <p>Other settings: {@code batch} (false): whether requests may share a run. That takes a model
 * whose inputs and outputs all have the batch as axis 0, and whose rows do not influence each
 * other. {@code limits.maxTensorBytes} (256 MiB): the most that the tensors of a file or a JSON
 * text may take.
 */
public final class TensorTask implements Task {

  private static final int DEFAULT_MAX_BYTES = 1 << 28;

  /** Bytes that are read sooner than a worker could begin to. */
  private static final int SHORT_FILE = 1 << 16;

  private final ModelServers servers;
  private final ModelServer server;
  private final TensorBodies reader;
  private final TensorAnswers answers;
  private final Calls calls;

  /**
   * Loads the model.
   *
   * @throws ModelLoadException also when answers are to be single arrays, and the model has several
   *     outputs
   */
  public TensorTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings settings = new Settings(entry, "batch", "format", "limits.maxTensorBytes");
    boolean batch = settings.flag("batch", false);
    TensorFormat format = settings.choice("format", TensorFormat.TENSOR);
    int maxBytes =
        settings.integer("limits.maxTensorBytes", DEFAULT_MAX_BYTES, 1, Integer.MAX_VALUE);
    ModelSource model = entry.file(ModelEntry.MODEL);
    this.servers = servers;
    this.server =
        batch
            ? servers.serveBatches(ModelEntry.MODEL, model)
            : servers.serve(ModelEntry.MODEL, model);
    List<String> outputs = server.describe().outputs().stream().map(TensorInfo::name).toList();
    if (format == TensorFormat.NPY && outputs.size() > 1) {
      throw settings.wrong("format", "npz for a model of the outputs " + outputs);
    }
    this.reader = new TensorBodies(server.describe().inputs(), maxBytes);
    this.answers = new TensorAnswers(entry, outputs, format);
    this.calls = new Calls(entry.name(), workers);
  }

  @Override
  public TaskType type() {
    return TaskType.TENSOR;
  }

  @Override
  public Content content() {
    return Content.NUMBERS;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    boolean large =
        (body instanceof byte[] file && file.length > SHORT_FILE)
            || (body instanceof String text && text.length() > SHORT_FILE);
    return large ? calls.start(() -> run(body, call)) : calls.startHere(() -> run(body, call));
  }

  @Override
  public List<ModelServer> servers() {
    return servers.all();
  }

  @Override
  public void close() {
    calls.close();
    servers.close();
  }

  private CompletionStage<TaskResult> run(Object body, TaskCall call) {
    Bodies bodies = TensorBodies.split(body);
    ModelRuns runs = new ModelRuns(call);
    List<Object> values = new ArrayList<>();
    return Calls.inTurn(bodies.each(), one -> run(one, runs).thenAccept(values::add))
        .thenApply(end -> servers.result(bodies.answer(values), runs.usage(), Map.of()));
  }

  private CompletionStage<Object> run(Object body, ModelRuns runs) {
    TensorRequest request = reader.read(body);
    answers.requireKnown(request);
    return runs.run(server, request.inputs()).thenApply(made -> answers.answer(request, made));
  }
}
