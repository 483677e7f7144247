package io.gpuinfer.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.device.SessionLoader;
import io.gpuinfer.serving.device.SystemThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server with real threads. */
class ModelServerThreadsTest {

  private static final int CALLERS = 4;
  private static final int REQUESTS = 2000;

  private final ExecutorService completions =
      Executors.newFixedThreadPool(2, work -> new Thread(work, "completion"));
  private final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private final ServerListener counting =
      new ServerListener() {
        @Override
        public void requestEnded(RequestReport request) {
          ended.incrementAndGet();
        }

        @Override
        public void requestRefused(String server, String version, Priority priority, Refusal why) {
          refused.incrementAndGet();
        }
      };

  @AfterEach
  void stop() {
    completions.shutdownNow();
  }

  @Test
  void shouldAccountForEachRequestOnceUnderConcurrentCallersThatGiveUp() {
    AtomicInteger runs = new AtomicInteger();
    ModelServer server =
        server(
            3,
            (inputs, bounds) -> {
              if (!TestServer.isCanary(inputs) && runs.incrementAndGet() % 50 == 0) {
                throw new DeviceOfflineException("every fiftieth", -5);
              }
              Tensor x = inputs.get("x");
              for (int i = 0; i < x.size(); i++) {
                if (x.doubleAt(i) < 0) {
                  throw new InvalidInputException("negative");
                }
              }
              return Map.of("y", x);
            });
    AtomicInteger answers = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    List<CompletableFuture<InferenceResult>> all = Collections.synchronizedList(new ArrayList<>());
    for (int caller = 0; caller < CALLERS; caller++) {
      Random random = new Random(caller);
      callers.add(new Thread(() -> call(server, random, all, answers)));
    }
    callers.forEach(Thread::start);
    await().atMost(60, TimeUnit.SECONDS).until(() -> callers.stream().noneMatch(Thread::isAlive));
    server.close();

    await().until(() -> all.stream().allMatch(CompletableFuture::isDone));
    ServerCounts counts = server.counts();
    assertThat(answers).hasValue(CALLERS * REQUESTS);
    assertThat(counts.admitted() + counts.rejected()).isEqualTo(CALLERS * REQUESTS);
    assertThat(counts.completed() + counts.failed() + counts.expired() + counts.cancelled())
        .isEqualTo(counts.admitted());
    assertThat(ended).hasValue(counts.admitted());
    assertThat(refused).hasValue(counts.rejected());
    assertThat(counts.completed()).isPositive();
    assertThat(counts.waiting()).isZero();
    assertThat(sessions).allMatch(session -> session.closed);
    assertThat(server.instances())
        .allMatch(instance -> instance.phase() == InstanceStatus.Phase.CLOSED);
  }

  private static void call(
      ModelServer server,
      Random random,
      List<CompletableFuture<InferenceResult>> all,
      AtomicInteger answers) {
    for (int i = 0; i < REQUESTS; i++) {
      float value = random.nextInt(100) == 0 ? -1 : i;
      long deadline =
          random.nextInt(3) == 0 ? Long.MAX_VALUE : System.nanoTime() + random.nextInt(20_000_000);
      CompletableFuture<InferenceResult> answer =
          server.submit(
              new InferenceRequest(
                  Map.of("x", TestServer.value(value)),
                  Priority.values()[random.nextInt(3)],
                  deadline));
      TestServer.whenEnded(answer, (result, e) -> answers.incrementAndGet());
      all.add(answer);
      if (random.nextInt(10) == 0) {
        answer.cancel(false);
      }
      if (random.nextInt(20) == 0) {
        answer.exceptionally(e -> null).join();
      }
    }
  }

  @Test
  void shouldCompleteOnTheGivenThreadsAndRunOnItsOwn() {
    ModelServer server = server(1, (inputs, bounds) -> Map.of("y", inputs.get("x")));
    Gate gate = new Gate();
    sessions.get(0).behaviour = gate;

    CompletableFuture<Thread> completedOn =
        server.submit(TestServer.request(1)).thenApply(result -> Thread.currentThread());
    gate.awaitReached();
    gate.open();

    assertThat(completedOn.join().getName()).isEqualTo("completion");
    assertThat(sessions.get(0).ranOn.getName()).isEqualTo("gpu-infer fake");
    assertThat(sessions.get(0).ranOn.isDaemon()).isTrue();
    server.close();
  }

  @Test
  void shouldAnswerEvenWhenItsExecutorWasShutDownFirst() {
    ModelServer server = server(1, (inputs, bounds) -> Map.of("y", inputs.get("x")));
    Gate gate = new Gate();
    sessions.get(0).behaviour = gate;
    CompletableFuture<InferenceResult> answer = server.submit(TestServer.request(1));
    gate.awaitReached();
    completions.shutdown();
    gate.open();

    assertThat(answer.join().outputs()).containsEntry("y", TestServer.value(1));
    server.close();
  }

  @Test
  void shouldWaitAtItsCloseForWhatRunsAndLeaveNoThreads() {
    ModelServer server = server(1, (inputs, bounds) -> Map.of("y", inputs.get("x")));
    Gate gate = new Gate();
    sessions.get(0).behaviour = gate;
    CompletableFuture<InferenceResult> answer = server.submit(TestServer.request(1));
    gate.awaitReached();
    Thread closer = new Thread(server::close);
    closer.start();
    await().until(() -> server.submit(TestServer.request(2)).isCompletedExceptionally());
    assertThat(closer.isAlive()).isTrue();
    gate.open();

    await().until(() -> !closer.isAlive());
    assertThat(answer.join().outputs()).containsEntry("y", TestServer.value(1));
    assertThat(sessions.get(0).closed).isTrue();
    await().until(() -> !sessions.get(0).ranOn.isAlive());
  }

  @Test
  void shouldTellAtTheDeadlineThoughTheDeviceStillRuns() {
    ModelServer server = server(1, (inputs, bounds) -> Map.of("y", inputs.get("x")));
    Gate gate = new Gate();
    sessions.get(0).behaviour = gate;
    CompletableFuture<InferenceResult> answer =
        server.submit(
            new InferenceRequest(
                Map.of("x", TestServer.value(1)),
                Priority.NORMAL,
                System.nanoTime() + Duration.ofMillis(50).toNanos()));

    await().until(answer::isCompletedExceptionally);
    gate.open();
    server.close();
    assertThat(server.counts().expired()).isEqualTo(1);
  }

  private ModelServer server(int instances, TestServer.Behaviour behaviour) {
    SessionLoader loader =
        () -> {
          FakeSession session = new FakeSession();
          session.behaviour = behaviour;
          sessions.add(session);
          return session;
        };
    ServerConfig config =
        ServerConfig.builder("fake", "3").queueCapacity(64).maxBatchSize(4).build();
    return new ModelServer(
        config, Collections.nCopies(instances, loader), new SystemThreads(completions), counting);
  }
}
