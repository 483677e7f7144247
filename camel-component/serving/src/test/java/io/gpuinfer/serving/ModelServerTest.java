package io.gpuinfer.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.engine.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelServerTest {

  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final DeviceOfflineException BROKEN =
      new DeviceOfflineException("CL_INVALID_WORK_GROUP_SIZE", -54);

  private final AtomicLong clock = new AtomicLong(-5);
  private final ExecutorService completions =
      Executors.newFixedThreadPool(2, work -> new Thread(work, "completion"));
  private final List<CompletableFuture<InferenceResult>> background = new ArrayList<>();
  private final FakeSession session = new FakeSession();
  private ModelServer server = serverOf(8, 1);

  @AfterEach
  void stop() {
    server.close();
    completions.shutdown();
  }

  @Test
  void shouldAnswerWithOutputsDeviceVersionAndTimes() {
    session.behaviour =
        (inputs, bounds) -> {
          clock.addAndGet(7);
          return Map.of("y", inputs.get("x"));
        };

    InferenceResult result = server.submit(request(1)).join();

    assertThat(result.outputs()).containsEntry("y", value(1));
    assertThat(result.device()).isEqualTo(FakeSession.DEVICE);
    assertThat(result.version()).isEqualTo("3");
    assertThat(result.batchSize()).isEqualTo(1);
    assertThat(result.computeNanos()).isEqualTo(7);
    assertThat(result.queueNanos()).isZero();
  }

  @Test
  void shouldCompleteOnTheGivenExecutorAndNeverOnTheDeviceThread() {
    Gate gate = hold();
    CompletableFuture<Thread> completedOn =
        server.submit(request(1)).thenApply(result -> Thread.currentThread());
    gate.open();

    assertThat(completedOn.join().getName()).isEqualTo("completion");
    assertThat(session.ranOn).isNotEqualTo(completedOn.join());
  }

  @Test
  void shouldServeHighBeforeNormalBeforeLowAndTheOldestFirstWithin() {
    Gate gate = hold();
    List<CompletableFuture<InferenceResult>> all =
        List.of(
            server.submit(request(1, Priority.LOW)),
            server.submit(request(2, Priority.NORMAL)),
            server.submit(request(3, Priority.HIGH)),
            server.submit(request(4, Priority.NORMAL)),
            server.submit(request(5, Priority.HIGH)));
    gate.open();
    all.forEach(CompletableFuture::join);

    assertThat(session.runs.stream().skip(1).map(run -> run.get("x").doubleAt(0)))
        .containsExactly(3.0, 5.0, 2.0, 4.0, 1.0);
  }

  @Test
  void shouldRefuseAtOnceWhenTheQueueIsFullAndSayWhenToRetry() {
    session.behaviour =
        (inputs, bounds) -> {
          clock.addAndGet(10 * MILLI);
          return Map.of("y", inputs.get("x"));
        };
    server.submit(request(0)).join();
    Gate gate = hold();
    submit(8);

    Throwable refusal = failureOf(server.submit(request(9)));

    assertThat(refusal)
        .isInstanceOfSatisfying(
            OverloadedException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(80)));
    gate.open();
  }

  @Test
  void shouldMakeRoomInAFullQueueByEndingWhatExpired() {
    Gate gate = hold();
    List<CompletableFuture<InferenceResult>> old =
        IntStream.range(0, 8).mapToObj(i -> server.submit(request(i, 100))).toList();
    clock.set(100);

    CompletableFuture<InferenceResult> fresh = server.submit(request(9));

    assertThat(old)
        .allSatisfy(o -> assertThat(failureOf(o)).isInstanceOf(DeadlineExceededException.class));
    gate.open();
    assertThat(fresh.join().outputs()).containsEntry("y", value(9));
  }

  @Test
  void shouldNeverRunARequestThatExpiredWhileItWaited() {
    Gate gate = hold();
    CompletableFuture<InferenceResult> late = server.submit(request(1, 50));
    clock.set(50);
    gate.open();

    assertThat(failureOf(late)).isInstanceOf(DeadlineExceededException.class);
    assertThat(session.runs).hasSize(1);
    assertThat(server.counts().expired()).isEqualTo(1);
  }

  @Test
  void shouldRefuseARequestThatHasExpiredAlready() {
    clock.set(60);

    assertThat(failureOf(server.submit(request(1, 60))))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(session.runs).isEmpty();
  }

  @Test
  void shouldPassTheDeadlineAndTheCancellationOnToTheRun() {
    Gate gate = new Gate();
    session.behaviour = gate;
    CompletableFuture<InferenceResult> running = server.submit(request(1, 12345));
    gate.awaitReached();

    assertThat(session.options.get(0).deadlineNanos()).isEqualTo(12345);
    assertThat(session.options.get(0).cancelled().getAsBoolean()).isFalse();
    running.cancel(false);
    assertThat(session.options.get(0).cancelled().getAsBoolean()).isTrue();
    gate.open();
  }

  @Test
  void shouldNotRunARequestThatWasTakenBack() {
    Gate gate = hold();
    server.submit(request(1)).cancel(false);
    CompletableFuture<InferenceResult> next = server.submit(request(2));
    gate.open();
    next.join();

    assertThat(session.runs).hasSize(2);
    assertThat(server.counts().cancelled()).isEqualTo(1);
  }

  @Test
  void shouldBeDegradedWhileTheQueueIsOverHalfFull() {
    Gate gate = hold();
    submit(4);
    assertThat(server.state()).isEqualTo(ServerState.STABLE);

    CompletableFuture<InferenceResult> last = server.submit(request(5));

    assertThat(server.state()).isEqualTo(ServerState.DEGRADED);
    gate.open();
    last.join();
    assertThat(server.state()).isEqualTo(ServerState.STABLE);
  }

  @Test
  void shouldGoOfflineWhenTheDeviceFailsAndRefuseWithoutTryingIt() {
    breakDevice();

    Throwable refusal = failureOf(server.submit(request(2)));

    assertThat(server.state()).isEqualTo(ServerState.OFFLINE);
    assertThat(refusal).isInstanceOf(DeviceOfflineException.class).hasMessageContaining("500 ms");
    assertThat(((DeviceOfflineException) refusal).status()).isEqualTo(-54);
    assertThat(session.runs).hasSize(1);
  }

  @Test
  void shouldFailWhatWaitsWhenTheDeviceFails() {
    Gate gate = hold();
    CompletableFuture<InferenceResult> failing = server.submit(request(1));
    CompletableFuture<InferenceResult> waiting = server.submit(request(2));
    session.behaviour =
        (inputs, bounds) -> {
          throw BROKEN;
        };
    gate.open();

    assertThat(failureOf(failing)).isSameAs(BROKEN);
    assertThat(failureOf(waiting)).isInstanceOf(DeviceOfflineException.class);
    assertThat(session.runs).hasSize(2);
  }

  @Test
  void shouldLetOneRequestTryTheDeviceAfterTheWaitAndRecover() {
    breakDevice();
    clock.addAndGet(500 * MILLI);
    Gate gate = new Gate();
    session.behaviour = gate;

    CompletableFuture<InferenceResult> probe = server.submit(request(2));
    gate.awaitReached();

    assertThat(server.state()).isEqualTo(ServerState.RECOVERING);
    assertThat(failureOf(server.submit(request(3)))).isInstanceOf(DeviceOfflineException.class);
    gate.open();
    assertThat(probe.join().outputs()).containsEntry("y", value(2));
    assertThat(server.state()).isEqualTo(ServerState.STABLE);
  }

  @Test
  void shouldDoubleTheWaitAfterEachFailedTryUpToEightSeconds() {
    breakDevice();

    for (long wait : new long[] {500, 1000, 2000, 4000, 8000, 8000}) {
      clock.addAndGet(wait * MILLI - 1);
      int before = session.runs.size();
      failureOf(server.submit(request(1)));
      assertThat(session.runs).as("1 ns before %d ms", wait).hasSize(before);
      clock.addAndGet(1);
      failureOf(server.submit(request(1)));
      assertThat(session.runs).as("at %d ms", wait).hasSize(before + 1);
    }
  }

  @Test
  void shouldTryAgainAfterAProbeThatSaysNothingOfTheDevice() {
    breakDevice();
    clock.addAndGet(500 * MILLI);
    session.behaviour =
        (inputs, bounds) -> {
          throw new InvalidInputException("rank");
        };
    failureOf(server.submit(request(1)));
    assertThat(server.state()).isEqualTo(ServerState.OFFLINE);

    session.behaviour = new FakeSession().behaviour;
    clock.addAndGet(500 * MILLI);

    assertThat(server.submit(request(2)).join().outputs()).containsEntry("y", value(2));
  }

  @Test
  void shouldStayStableAndServeOnAfterABadRequest() {
    session.behaviour =
        (inputs, bounds) -> {
          throw new InvalidInputException("rank");
        };
    assertThat(failureOf(server.submit(request(1)))).hasMessage("rank");
    assertThat(server.state()).isEqualTo(ServerState.STABLE);

    session.behaviour = new FakeSession().behaviour;
    assertThat(server.submit(request(2)).join().outputs()).containsEntry("y", value(2));
  }

  @Test
  void shouldOutliveAnErrorOfTheModel() {
    session.behaviour =
        (inputs, bounds) -> {
          throw new OutOfMemoryError("arena");
        };
    assertThat(failureOf(server.submit(request(1))))
        .isInstanceOf(GpuInferException.class)
        .hasMessageContaining("arena");

    session.behaviour = new FakeSession().behaviour;
    assertThat(server.submit(request(2)).join().outputs()).containsEntry("y", value(2));
  }

  @Test
  void shouldFinishWhatWasAdmittedBeforeItCloses() {
    Gate gate = hold();
    CompletableFuture<InferenceResult> waiting = server.submit(request(1));
    Thread closer = new Thread(server::close);
    closer.start();
    await().until(() -> failureOf(server.submit(request(2))) != null);
    assertThat(session.closed).isFalse();
    gate.open();

    assertThat(waiting.join().outputs()).containsEntry("y", value(1));
    await().until(() -> session.closed);
    assertThatThrownBy(() -> server.submit(request(3)).join()).hasMessageContaining("closed");
  }

  @Test
  void shouldAnswerEvenWhenItsExecutorWasShutDownFirst() {
    Gate gate = hold();
    CompletableFuture<InferenceResult> waiting = server.submit(request(1));
    completions.shutdown();
    gate.open();

    assertThat(waiting.join().outputs()).containsEntry("y", value(1));
  }

  @Test
  void shouldJoinRequestsOfOneShapeUpToTheLargestBatch() {
    server.close();
    server = serverOf(8, 3);
    session.closed = false;
    Gate gate = hold();
    List<CompletableFuture<InferenceResult>> answers =
        List.of(
            server.submit(request(1)),
            server.submit(request(2)),
            server.submit(request(3)),
            server.submit(request(4)),
            server.submit(wide(5)));
    gate.open();

    assertThat(answers.stream().map(a -> a.join().batchSize())).containsExactly(3, 3, 3, 1, 1);
    assertThat(answers.get(1).join().outputs()).containsEntry("y", value(2));
    assertThat(session.runs.get(1)).containsEntry("x", Tensor.of(new float[] {1, 2, 3}, 3, 1));
  }

  @Test
  void shouldNotLetABadRequestFailTheOthersOfItsBatch() {
    server.close();
    server = serverOf(8, 3);
    session.closed = false;
    Gate gate = hold();
    CompletableFuture<InferenceResult> good = server.submit(request(1));
    CompletableFuture<InferenceResult> bad = server.submit(request(-1));
    session.behaviour =
        (inputs, bounds) -> {
          Tensor x = inputs.get("x");
          if (IntStream.range(0, x.size()).anyMatch(i -> x.doubleAt(i) < 0)) {
            throw new InvalidInputException("negative");
          }
          return Map.of("y", x);
        };
    gate.open();

    assertThat(good.join().outputs()).containsEntry("y", value(1));
    assertThat(failureOf(bad)).hasMessage("negative");
  }

  @Test
  void shouldAccountForEachRequestOnceUnderConcurrentLoad() {
    AtomicInteger runs = new AtomicInteger();
    session.behaviour =
        (inputs, bounds) -> {
          if (runs.incrementAndGet() % 5 == 0) {
            throw new InvalidInputException("every fifth");
          }
          return Map.of("y", inputs.get("x"));
        };
    AtomicInteger ends = new AtomicInteger();
    List<CompletableFuture<?>> all = new ArrayList<>();
    IntStream.range(0, 4)
        .parallel()
        .forEach(
            t -> {
              for (int i = 0; i < 500; i++) {
                CompletableFuture<?> end =
                    server.submit(request(i)).whenComplete((r, e) -> ends.incrementAndGet());
                synchronized (all) {
                  all.add(end);
                }
              }
            });
    all.forEach(ModelServerTest::failureOf);

    ServerCounts counts = server.counts();
    assertThat(ends).hasValue(2000);
    assertThat(counts.admitted() + counts.rejected()).isEqualTo(2000);
    assertThat(counts.admitted()).isEqualTo(counts.completed() + counts.failed());
    assertThat(counts.failed()).isEqualTo(session.runs.size() / 5);
    assertThat(counts.waiting()).isZero();
  }

  private ModelServer serverOf(int queueCapacity, int maxBatchSize) {
    return new ModelServer(
        ServerConfig.builder("fake", "3")
            .queueCapacity(queueCapacity)
            .maxBatchSize(maxBatchSize)
            .build(),
        session,
        completions,
        clock::get);
  }

  /** Occupies the device with a request until the gate is opened. */
  private Gate hold() {
    Gate gate = new Gate();
    session.behaviour = gate;
    submit(1);
    gate.awaitReached();
    session.behaviour = new FakeSession().behaviour;
    return gate;
  }

  private void submit(int count) {
    for (int i = 0; i < count; i++) {
      background.add(server.submit(request(i)));
    }
  }

  private void breakDevice() {
    session.behaviour =
        (inputs, bounds) -> {
          throw BROKEN;
        };
    assertThat(failureOf(server.submit(request(1)))).isSameAs(BROKEN);
  }

  private static Throwable failureOf(CompletableFuture<?> answer) {
    Throwable failure = catchThrowable(answer::join);
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static Tensor value(float x) {
    return Tensor.of(new float[] {x}, 1, 1);
  }

  private static InferenceRequest request(float x) {
    return request(x, Priority.NORMAL);
  }

  private static InferenceRequest request(float x, Priority priority) {
    return new InferenceRequest(Map.of("x", value(x)), priority, Long.MAX_VALUE);
  }

  private static InferenceRequest request(float x, long deadline) {
    return new InferenceRequest(Map.of("x", value(x)), Priority.NORMAL, deadline);
  }

  private static InferenceRequest wide(float x) {
    Tensor input = Tensor.of(new float[] {x, x}, 1, 2);
    return new InferenceRequest(Map.of("x", input), Priority.NORMAL, Long.MAX_VALUE);
  }
}
