package io.gpuinfer.tasks.kernel;

import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.kernel.KernelSource;
import io.gpuinfer.engine.kernel.KernelValue;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A kernel that a user wrote, on exactly the device that was chosen.
 *
 * <p>The body is what {@link KernelInputs} takes. The answer is the array of the kernel's only
 * output, or a map of all of them by name. The detail {@code ConversionMillis} is what it took to
 * translate the kernel for the device and to compile it, once.
 *
 * <p>Where the device is {@code auto} and nothing else, the kernel runs on Java threads if it
 * cannot be translated or compiled; {@code cpu} means Java threads. It has no settings.
 */
public final class KernelTask implements Task {

  /** The detail that tells how long it took to translate and compile the kernel. */
  public static final String CONVERSION_MILLIS = "ConversionMillis";

  private static final String ROLE = "kernel";
  private static final double NANOS_PER_MILLI = 1e6;

  private final ModelServers servers;
  private final ModelServer server;
  private final KernelInputs inputs;
  private final List<String> outputs;
  private final Calls calls;

  /**
   * @param servers to serve it
   * @throws io.gpuinfer.engine.ModelLoadException when the kernel cannot be got ready, or has
   *     settings
   */
  public KernelTask(ModelServers servers, KernelSource kernel, Executor workers) {
    new Settings(servers.entry()); // it has none
    this.servers = servers;
    KernelLoader loader = new KernelLoader(servers.entry().name(), kernel, servers.options());
    this.server = servers.serve(ROLE, loader);
    this.inputs = new KernelInputs(server.describe().inputs());
    this.outputs = server.describe().outputs().stream().map(TensorInfo::name).toList();
    this.calls = new Calls(servers.entry().name(), workers);
  }

  @Override
  public TaskType type() {
    return TaskType.KERNEL;
  }

  @Override
  public Content content() {
    return Content.ARRAYS;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return calls.startHere(
        () -> {
          ModelRuns runs = new ModelRuns(call);
          return runs.run(server, inputs.of(body))
              .thenApply(answer -> servers.result(valueOf(answer), runs.usage(), details()));
        });
  }

  private Object valueOf(Map<String, Tensor> answer) {
    if (outputs.size() == 1) {
      return KernelValue.array(answer.get(outputs.get(0)));
    }
    Map<String, Object> arrays = new LinkedHashMap<>();
    outputs.forEach(name -> arrays.put(name, KernelValue.array(answer.get(name))));
    return Collections.unmodifiableMap(arrays);
  }

  private Map<String, Object> details() {
    return server
        .code()
        .map(DeviceCode::nanos)
        .<Map<String, Object>>map(nanos -> Map.of(CONVERSION_MILLIS, nanos / NANOS_PER_MILLI))
        .orElse(Map.of());
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
}
