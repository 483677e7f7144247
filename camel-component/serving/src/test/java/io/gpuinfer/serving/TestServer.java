package io.gpuinfer.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.device.SessionLoader;
import io.gpuinfer.serving.state.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * A server on the virtual clock, with devices that do what a test says. A run answers {@code y = x}
 * after 10 ms, unless told otherwise.
 */
final class TestServer {

  /** What a run does. */
  interface Behaviour extends BiFunction<Map<String, Tensor>, RunOptions, Map<String, Tensor>> {}

  static final Duration RUN = Duration.ofMillis(10);

  /** The extent that tells a canary from the requests of tests. */
  private static final int CANARY = 32;

  /** Remembers what a server told. */
  static final class Told implements ServerListener {
    final List<StateChange> changes = new ArrayList<>();
    final List<BatchReport> batches = new ArrayList<>();
    final List<RequestReport> requests = new ArrayList<>();
    final List<Refusal> refusals = new ArrayList<>();

    @Override
    public void stateChanged(StateChange change) {
      changes.add(change);
    }

    @Override
    public void batchEnded(BatchReport batch) {
      batches.add(batch);
    }

    @Override
    public void requestEnded(RequestReport request) {
      requests.add(request);
    }

    @Override
    public void requestRefused(String server, String version, Priority priority, Refusal why) {
      refusals.add(why);
    }

    List<ServerState> states() {
      return changes.stream().map(StateChange::to).toList();
    }
  }

  final VirtualThreads threads = new VirtualThreads();
  final Told told = new Told();

  /** All sessions that were loaded, the oldest first, and when. */
  final List<FakeSession> sessions = new ArrayList<>();

  final List<Long> loadedAt = new ArrayList<>();

  /** What each device does now. */
  final List<Behaviour> devices = new ArrayList<>();

  /** Throws when a model is to be loaded and cannot be. */
  Runnable onLoad = () -> {};

  final ModelServer server;
  private final List<CompletableFuture<InferenceResult>> waiting = new ArrayList<>();

  TestServer(ServerConfig.Builder config) {
    this(config, 1);
  }

  TestServer(ServerConfig.Builder config, int instances) {
    this(config, instances, null);
  }

  /**
   * @param listener hears of what happens; null for {@link #told}
   */
  TestServer(ServerConfig.Builder config, int instances, ServerListener listener) {
    List<SessionLoader> loaders = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      int device = i;
      devices.add(this::echo);
      loaders.add(() -> load(device));
    }
    server = new ModelServer(config.build(), loaders, threads, listener == null ? told : listener);
  }

  private InferenceSession load(int device) {
    loadedAt.add(threads.nanoTime());
    onLoad.run();
    FakeSession session = new FakeSession();
    session.behaviour = (inputs, bounds) -> devices.get(device).apply(inputs, bounds);
    sessions.add(session);
    return session;
  }

  /** Answers what was asked, after a while. */
  Map<String, Tensor> echo(Map<String, Tensor> inputs, RunOptions bounds) {
    threads.spend(RUN.toNanos());
    return Map.of("y", inputs.get("x"));
  }

  /** Answers what was asked, after a time that grows with it. */
  Behaviour echo(Duration perRun, Duration perElement) {
    return (inputs, bounds) -> {
      threads.spend(perRun.toNanos() + perElement.toNanos() * inputs.get("x").size());
      return Map.of("y", inputs.get("x"));
    };
  }

  Behaviour failing(RuntimeException failure) {
    return (inputs, bounds) -> {
      threads.spend(RUN.toNanos());
      throw failure;
    };
  }

  /** Never comes back. */
  Behaviour hanging() {
    return (inputs, bounds) -> {
      threads.spend(VirtualThreads.FOREVER);
      return Map.of();
    };
  }

  static boolean isCanary(Map<String, Tensor> inputs) {
    return inputs.get("x").dim(1) == CANARY;
  }

  /** The inputs of all runs but those of canaries, the oldest of each session first. */
  List<Tensor> runs() {
    return sessions.stream()
        .flatMap(session -> session.runs.stream())
        .filter(inputs -> !isCanary(inputs))
        .map(inputs -> inputs.get("x"))
        .toList();
  }

  FakeSession session() {
    return sessions.get(sessions.size() - 1);
  }

  long now() {
    return threads.nanoTime();
  }

  long in(Duration time) {
    return threads.nanoTime() + time.toNanos();
  }

  void pass(Duration time) {
    threads.runUntil(in(time));
  }

  /** Submits a request whose answer does not matter. */
  void ask(float x) {
    waiting.add(submit(x));
  }

  /** Submits a request whose answer does not matter. */
  void ask(float x, Priority priority) {
    waiting.add(submit(x, priority));
  }

  /** Submits a request whose answer does not matter. */
  void ask(float x, long deadline) {
    waiting.add(submit(x, deadline));
  }

  /** Submits a request whose answer does not matter. */
  void ask(Tensor x) {
    waiting.add(submit(x));
  }

  /** Submits a request whose answer does not matter. */
  void ask(Map<String, Tensor> inputs) {
    waiting.add(submit(inputs));
  }

  CompletableFuture<InferenceResult> submit(float x) {
    return server.submit(request(x));
  }

  List<CompletableFuture<InferenceResult>> submitAll(int count) {
    return IntStream.range(0, count).mapToObj(i -> submit((float) i)).toList();
  }

  CompletableFuture<InferenceResult> submit(float x, Priority priority) {
    return submit(value(x), priority, Long.MAX_VALUE);
  }

  CompletableFuture<InferenceResult> submit(float x, long deadline) {
    return submit(value(x), Priority.NORMAL, deadline);
  }

  CompletableFuture<InferenceResult> submit(Tensor x) {
    return submit(x, Priority.NORMAL, Long.MAX_VALUE);
  }

  CompletableFuture<InferenceResult> submit(Tensor x, Priority priority, long deadline) {
    return server.submit(new InferenceRequest(Map.of("x", x), priority, deadline));
  }

  CompletableFuture<InferenceResult> submit(Map<String, Tensor> inputs) {
    return server.submit(new InferenceRequest(inputs, Priority.NORMAL, Long.MAX_VALUE));
  }

  /** Does something when a request ends, on the thread on which it does. */
  static <T> void whenEnded(CompletableFuture<T> answer, BiConsumer<T, Throwable> then) {
    CompletableFuture<T> ignored = answer.whenComplete(then);
  }

  static InferenceRequest request(float x) {
    return new InferenceRequest(Map.of("x", value(x)), Priority.NORMAL, Long.MAX_VALUE);
  }

  static Tensor value(float x) {
    return Tensor.of(new float[] {x}, 1, 1);
  }

  /** Rows of one length, all of whose elements are the same number. */
  static Tensor rows(float x, int rows, int length) {
    float[] values = new float[rows * length];
    Arrays.fill(values, x);
    return Tensor.wrap(values, rows, length);
  }

  /** What was answered, which must be there. */
  static Tensor answerOf(CompletableFuture<InferenceResult> answer) {
    assertThat(answer).isDone();
    return answer.join().outputs().get("y");
  }

  /** What a request failed with, which must have ended. */
  static Throwable failureOf(CompletableFuture<?> answer) {
    assertThat(answer).isDone();
    Throwable failure = catchThrowable(answer::join);
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }
}
