package io.gpuinfer.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.device.SessionLoader;
import io.gpuinfer.serving.state.StateChange;
import io.gpuinfer.serving.state.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of requests on a virtual clock, with devices that fail, hang, compute wrongly
 * and slow down, poisoned requests, cancelled ones, and servers that are replaced: whatever
 * happens, each request ends exactly once, and what is counted adds up.
 */
class ConservationTest {

  private static final int SCHEDULES = 10_000;
  private static final long MILLI = VirtualDevices.MILLI;
  private static final long END = Duration.ofMinutes(10).toNanos();

  /** What was asked, and what came of it. */
  private record Asked(float value, int rows, CompletableFuture<InferenceResult> answer) {}

  /** What must not be, seen where an exception would be heard by nobody. */
  private final List<String> wrong = new ArrayList<>();

  /** Counts what a server tells. */
  private static final class Told implements ServerListener {
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final List<StateChange> changes = new ArrayList<>();
    private long refused;

    @Override
    public void requestEnded(RequestReport request) {
      outcomes.merge(request.outcome(), 1L, Long::sum);
    }

    @Override
    public void requestRefused(String server, String version, Priority priority, Refusal why) {
      refused++;
    }

    @Override
    public void stateChanged(StateChange change) {
      changes.add(change);
    }
  }

  private final VirtualThreads threads = new VirtualThreads();
  private final List<Asked> asked = new ArrayList<>();
  private final List<ModelServer> servers = new ArrayList<>();
  private final List<Told> told = new ArrayList<>();

  @Test
  void shouldEndEachRequestExactlyOnceWhateverHappens() {
    long completed = 0;
    long failed = 0;
    long expired = 0;
    long cancelled = 0;
    long rejected = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
      ConservationTest schedule = new ConservationTest();
      try {
        schedule.run(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("Schedule " + seed + ": " + e.getMessage(), e);
      }
      for (ModelServer server : schedule.servers) {
        completed += server.counts().completed();
        failed += server.counts().failed();
        expired += server.counts().expired();
        cancelled += server.counts().cancelled();
        rejected += server.counts().rejected();
      }
    }

    // All of it has happened, or the schedules prove little.
    assertThat(List.of(completed, failed, expired, cancelled, rejected))
        .allMatch(count -> count > SCHEDULES / 10);
  }

  private void run(long seed) {
    Random random = new Random(seed);
    VirtualDevices devices = new VirtualDevices(threads, seed);
    start(devices, random);
    devices.failureRate = random.nextInt(3) == 0 ? 0.1 : 0;
    devices.hangRate = random.nextInt(4) == 0 ? 0.03 : 0;
    devices.wrongRate = random.nextInt(4) == 0 ? 0.03 : 0;
    devices.loadFailureRate = random.nextInt(4) == 0 ? 0.3 : 0;
    double gapMillis = 0.2 + 8 * random.nextDouble();
    int requests = 20 + random.nextInt(60);
    for (int i = 0; i < requests; i++) {
      threads.runUntil(
          threads.nanoTime() + (long) (-Math.log(1 - random.nextDouble()) * gapMillis * MILLI));
      submit(i, random);
      switch (random.nextInt(40)) {
        case 0 -> devices.slowness = 1 + random.nextInt(5);
        case 1, 2, 3 -> asked.get(random.nextInt(asked.size())).answer().cancel(false);
        case 4 -> swap(devices, random);
        default -> {}
      }
    }
    settle(devices);
  }

  private void start(VirtualDevices devices, Random random) {
    double failureRate = devices.failureRate;
    double loadFailureRate = devices.loadFailureRate;
    double hangRate = devices.hangRate;
    double wrongRate = devices.wrongRate;
    devices.failureRate = 0;
    devices.loadFailureRate = 0;
    devices.hangRate = 0;
    devices.wrongRate = 0;
    ServerConfig config =
        ServerConfig.builder("model", String.valueOf(servers.size()))
            .queueCapacity(1 + random.nextInt(30))
            .queueWork(random.nextInt(3) == 0 ? 1000.0 * 4 * (1 + random.nextInt(40)) : 0)
            .maxBatchSize(1 + random.nextInt(8))
            .maxBatchDelay(Duration.ofMillis(random.nextInt(5)))
            .padding(new Padding(1))
            .watchdog(Duration.ofMillis(200))
            .canaryInterval(Duration.ofSeconds(random.nextInt(3)))
            .build();
    Told listener = new Told();
    List<SessionLoader> loaders =
        Collections.nCopies(1 + random.nextInt(3), (SessionLoader) devices::load);
    servers.add(new ModelServer(config, loaders, threads, listener));
    told.add(listener);
    devices.failureRate = failureRate;
    devices.loadFailureRate = loadFailureRate;
    devices.hangRate = hangRate;
    devices.wrongRate = wrongRate;
  }

  private void submit(int number, Random random) {
    int rows = random.nextInt(10) == 0 ? 1 + random.nextInt(20) : 1;
    int length = 4 * (1 + random.nextInt(3));
    float value = random.nextInt(25) == 0 ? VirtualDevices.POISON : number;
    float[] x = new float[rows * length];
    Arrays.fill(x, value);
    long now = threads.nanoTime();
    long deadline =
        random.nextInt(4) == 0
            ? Long.MAX_VALUE
            : threads.nanoTime() + (random.nextInt(400) - 2) * MILLI;
    Priority priority = Priority.values()[random.nextInt(3)];
    CompletableFuture<InferenceResult> answer =
        last(servers)
            .submit(
                new InferenceRequest(
                    Map.of("x", Tensor.wrap(x, rows, length)), priority, deadline));
    TestServer.whenEnded(
        answer,
        (result, failure) -> {
          if (threads.isOnDevice()) {
            wrong.add("Request " + number + " was completed on the device's thread");
          }
          if (deadline != Long.MAX_VALUE && threads.nanoTime() > Math.max(deadline, now)) {
            wrong.add("Request " + number + " ended after its deadline");
          }
        });
    asked.add(new Asked(value, rows, answer));
  }

  private void swap(VirtualDevices devices, Random random) {
    ModelServer old = last(servers);
    start(devices, random);
    old.shutdown();
  }

  private void settle(VirtualDevices devices) {
    devices.failureRate = 0;
    devices.hangRate = 0;
    devices.wrongRate = 0;
    devices.loadFailureRate = 0;
    devices.slowness = 1;
    threads.runUntil(END);
    assertThat(wrong).isEmpty();
    for (Asked one : asked) {
      assertThat(one.answer()).isDone();
      if (!one.answer().isCompletedExceptionally()) {
        Tensor y = one.answer().join().outputs().get("y");
        assertThat(y.dim(0)).isEqualTo(one.rows());
        // A wrong answer of a device is told apart by the canary alone, so it may get through.
        assertThat(y.doubleAt(0)).isIn(one.value() + 1.0, one.value() + 100.0);
      }
    }
    for (int i = 0; i < servers.size(); i++) {
      check(servers.get(i), told.get(i));
    }
    last(servers).shutdown();
    threads.runUntil(2 * END);
    assertThat(last(servers).instances())
        .allMatch(instance -> instance.phase().name().equals("CLOSED"));
  }

  private void check(ModelServer server, Told listener) {
    ServerCounts counts = server.counts();
    assertThat(counts.waiting()).isZero();
    assertThat(counts.completed() + counts.failed() + counts.expired() + counts.cancelled())
        .isEqualTo(counts.admitted());
    assertThat(listener.outcomes.getOrDefault(Outcome.COMPLETED, 0L)).isEqualTo(counts.completed());
    assertThat(listener.outcomes.values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(counts.admitted());
    assertThat(listener.refused).isEqualTo(counts.rejected());
    boolean neverCameBack =
        server.instances().stream().anyMatch(one -> one.lastError().contains("have not come back"));
    if (server == last(servers) && !neverCameBack) {
      assertThat(server.state())
          .as("%s %s", server.history(), server.instances())
          .isEqualTo(ServerState.STABLE);
    }
    for (StateChange change : listener.changes) {
      assertThat(StateTable.next(change.from(), change.event())).contains(change.to());
    }
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
