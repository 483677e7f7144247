package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.repository.ModelEntry;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Raw tensors in, raw tensors out.
 *
 * <p>The body is a {@code Map<String, Tensor>}, or for a model with one input a {@link Tensor} or a
 * {@code float[]} whose length leaves no doubt about the shape; or a list of any of these. The
 * answer is the model's only output, or a map of all of them, or a list of these.
 *
 * <p>Setting: {@code batch} (false): whether requests may share a run. That takes a model whose
 * inputs and outputs all have the batch as axis 0, and whose rows do not influence each other.
 */
public final class TensorTask implements Task {

  private final ModelServers servers;
  private final ModelServer server;
  private final List<TensorInfo> inputs;
  private final Calls calls;

  public TensorTask(ModelServers servers, Executor workers) {
    boolean batch = new Settings(servers.entry(), "batch").flag("batch", false);
    ModelSource model = servers.entry().file(ModelEntry.MODEL);
    this.servers = servers;
    this.server =
        batch
            ? servers.serveBatches(ModelEntry.MODEL, model)
            : servers.serve(ModelEntry.MODEL, model);
    this.inputs = server.describe().inputs();
    this.calls = new Calls(servers.entry().name(), workers);
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
    return calls.startHere(() -> run(body, call));
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
    List<?> bodies = body instanceof List<?> list ? list : Collections.singletonList(body);
    if (bodies.isEmpty()) {
      throw new InvalidInputException("There are no tensors: the list is empty");
    }
    ModelRuns runs = new ModelRuns(call);
    List<Object> values = new ArrayList<>();
    return Calls.inTurn(
            bodies,
            one ->
                runs.run(server, tensors(one)).thenAccept(outputs -> values.add(valueOf(outputs))))
        .thenApply(
            end ->
                servers.result(
                    body instanceof List ? List.copyOf(values) : values.get(0),
                    runs.usage(),
                    Map.of()));
  }

  private static Object valueOf(Map<String, Tensor> outputs) {
    return outputs.size() == 1 ? outputs.values().iterator().next() : outputs;
  }

  private Map<String, Tensor> tensors(Object body) {
    if (body instanceof Map<?, ?> named) {
      return named(named);
    }
    if (inputs.size() != 1) {
      throw new InvalidInputException(
          "The model has %d inputs (%s): send a map of tensors by name, not %s"
              .formatted(inputs.size(), names(), Content.nameOf(body)));
    }
    TensorInfo only = inputs.get(0);
    if (body instanceof Tensor tensor) {
      return Map.of(only.name(), tensor);
    }
    if (body instanceof float[] values) {
      return Map.of(only.name(), Tensor.of(values, shapeOf(only, values.length)));
    }
    throw new InvalidInputException(
        "A tensor task takes a map of tensors, a tensor or a float[], not " + Content.nameOf(body));
  }

  private Map<String, Tensor> named(Map<?, ?> body) {
    Map<String, Tensor> tensors = new HashMap<>();
    body.forEach(
        (name, value) -> {
          if (!(name instanceof String input) || !(value instanceof Tensor tensor)) {
            throw new InvalidInputException(
                "The map must hold tensors by name, but holds %s under %s"
                    .formatted(Content.nameOf(value), name));
          }
          tensors.put(input, tensor);
        });
    return tensors;
  }

  /** The shape that a number of values fills, when the model leaves at most one extent open. */
  private static long[] shapeOf(TensorInfo input, int length) {
    long fixed = 1;
    int open = -1;
    long[] shape = new long[input.shape().size()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = input.shape().get(axis);
      if (shape[axis] != TensorInfo.DYNAMIC) {
        fixed *= shape[axis];
      } else if (open >= 0) {
        throw new InvalidInputException(
            "Input %s is %s with several open extents: send a tensor, which has a shape"
                .formatted(input.name(), input.shape()));
      } else {
        open = axis;
      }
    }
    if (input.type() != DataType.FLOAT32 || length == 0 || length % Math.max(1, fixed) != 0) {
      throw new InvalidInputException(
          "Input %s is %s%s, which %d floats do not fill"
              .formatted(input.name(), input.type(), input.shape(), length));
    }
    if (open >= 0) {
      shape[open] = length / fixed;
    }
    return shape;
  }

  private List<String> names() {
    return inputs.stream().map(TensorInfo::name).toList();
  }
}
