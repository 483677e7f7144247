package io.gpuinfer.tasks;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Padding;
import io.gpuinfer.serving.ServerConfig;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.device.ChosenDevice;
import io.gpuinfer.serving.device.SessionLoader;
import io.gpuinfer.serving.device.SystemThreads;
import io.gpuinfer.serving.repository.ModelEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The servers of one task's models, all on the same devices. */
public final class ModelServers implements AutoCloseable {

  private final ModelEntry entry;
  private final List<ChosenDevice> devices;
  private final ServingOptions options;
  private final SystemThreads threads;
  private final List<ModelServer> servers = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>();

  ModelServers(
      ModelEntry entry, List<ChosenDevice> devices, ServingOptions options, Executor completions) {
    this.entry = entry;
    this.devices = devices;
    this.options = options;
    this.threads = new SystemThreads(completions);
  }

  /**
   * Loads a model whose requests each run by themselves.
   *
   * @param role what the model is for in its task
   */
  public ModelServer serve(String role, ModelSource model) {
    return serve(model, config(role, 1));
  }

  /**
   * Loads a model whose requests may share a run, which takes one with the batch as axis 0 of all
   * inputs and outputs and rows that do not influence each other. Where the model says that its
   * batch is 1, each runs by itself.
   */
  public ModelServer serveBatches(String role, ModelSource model) {
    return serve(model, config(role, options.maxBatchSize()));
  }

  /** As {@link #serveBatches(String, ModelSource)}, where requests may be padded to one length. */
  public ModelServer serveBatches(String role, ModelSource model, Padding padding) {
    return serve(model, config(role, options.maxBatchSize()).padding(padding));
  }

  /**
   * Gets something that is no model file ready; each request runs by itself.
   *
   * @param role what it is for in its task
   * @param loading gets it ready on a device
   */
  public ModelServer serve(String role, Function<DeviceInfo, InferenceSession> loading) {
    return serve(device -> loading.apply(device.device()), config(role, 1));
  }

  /**
   * How many requests of one call may be under way: as many as share a run of the model, and of one
   * that runs each by itself the one that runs and the next.
   */
  public int atOnce(ModelServer server) {
    boolean single = server.describe().inputs().stream().anyMatch(ModelServers::isSingleRow);
    return single ? Math.min(2, options.maxBatchSize()) : options.maxBatchSize();
  }

  /**
   * Says what to do after the servers were closed: to close what the task needs beside them. That
   * is also when the task cannot be put together.
   */
  public void afterClose(Runnable action) {
    afterwards.add(action);
  }

  /** The entry that all of them serve. */
  public ModelEntry entry() {
    return entry;
  }

  public ServingOptions options() {
    return options;
  }

  public List<ModelServer> all() {
    return List.copyOf(servers);
  }

  /**
   * The answer of a task to one call.
   *
   * @param details what else is worth telling of it, by name
   */
  public TaskResult result(Object value, Usage usage, Map<String, Object> details) {
    return new TaskResult(
        value,
        entry.version(),
        usage.batchSize(),
        usage.queueNanos(),
        usage.computeNanos(),
        usage.execution(),
        state(),
        details);
  }

  /** The worst state of the servers: a task is as well as the worst of its models. */
  public ServerState state() {
    return ServerState.worst(servers.stream().map(ModelServer::state));
  }

  @Override
  public void close() {
    List<Runnable> all = new ArrayList<>();
    servers.forEach(server -> all.add(server::close));
    all.addAll(afterwards);
    inTurn(all.iterator());
  }

  /** Each, whatever becomes of those before. */
  private static void inTurn(Iterator<Runnable> actions) {
    if (actions.hasNext()) {
      try {
        actions.next().run();
      } finally {
        inTurn(actions);
      }
    }
  }

  private ServerConfig.Builder config(String role, int maxBatchSize) {
    return ServerConfig.builder(entry.name() + "/" + role, entry.version())
        .queueCapacity(options.queueCapacity())
        .queueWork(options.queueWork())
        .maxBatchSize(maxBatchSize)
        .maxBatchDelay(options.maxBatchDelay())
        .watchdog(options.watchdog());
  }

  private ModelServer serve(ModelSource model, ServerConfig.Builder config) {
    return serve(
        device -> device.load(model, LoadOptions.builder().drill(options.drill())), config);
  }

  private ModelServer serve(
      Function<ChosenDevice, InferenceSession> loading, ServerConfig.Builder config) {
    List<SessionLoader> loaders = new ArrayList<>();
    for (ChosenDevice device : devices) {
      SessionLoader loader = () -> loading.apply(device);
      loaders.addAll(Collections.nCopies(options.instances(), loader));
    }
    // The first session tells whether requests may share a run at all, so it is loaded before.
    SessionLoader again = loaders.get(0);
    InferenceSession first = again.load();
    AtomicReference<InferenceSession> ready = new AtomicReference<>(first);
    loaders.set(
        0,
        () -> {
          InferenceSession loaded = ready.getAndSet(null);
          return loaded == null ? again.load() : loaded;
        });
    if (first.inputs().stream().anyMatch(ModelServers::isSingleRow)) {
      config.maxBatchSize(1);
    }
    ModelServer server = new ModelServer(config.build(), loaders, threads, options.listener());
    servers.add(server);
    return server;
  }

  /** Whether a model was exported for a batch of 1, as many for pictures are. */
  private static boolean isSingleRow(TensorInfo input) {
    return !input.shape().isEmpty() && input.shape().get(0) == 1;
  }
}
