package io.gpuinfer.serving;

import static io.gpuinfer.serving.TestServer.RUN;
import static io.gpuinfer.serving.TestServer.answerOf;
import static io.gpuinfer.serving.TestServer.failureOf;
import static io.gpuinfer.serving.TestServer.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.device.InstanceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of requests, on the virtual clock, with one device that runs one at a time. */
class ModelServerTest {

  private static final int QUEUE = 8;

  private final TestServer test = new TestServer(config());

  private static ServerConfig.Builder config() {
    return ServerConfig.builder("fake", "3").queueCapacity(QUEUE).canaryInterval(Duration.ZERO);
  }

  @Test
  void shouldAnswerWithOutputsDeviceVersionAndTimes() {
    test.ask(1);
    CompletableFuture<InferenceResult> answer = test.submit(2);
    test.pass(RUN.multipliedBy(2));

    InferenceResult result = answer.join();
    assertThat(result.outputs()).containsEntry("y", value(2));
    assertThat(result.device()).isEqualTo(FakeSession.DEVICE);
    assertThat(result.version()).isEqualTo("3");
    assertThat(result.batchSize()).isEqualTo(1);
    assertThat(result.computeNanos()).isEqualTo(RUN.toNanos());
    assertThat(result.queueNanos()).isEqualTo(RUN.toNanos());
  }

  @Test
  void shouldNeverCompleteOnTheThreadOfADevice() {
    List<Boolean> onDevice = new ArrayList<>();
    List<CompletableFuture<InferenceResult>> all = new ArrayList<>(test.submitAll(2));
    all.add(test.submit(3, test.in(RUN.dividedBy(2))));
    all.add(test.submit(4));
    for (CompletableFuture<InferenceResult> one : all) {
      TestServer.whenEnded(one, (result, e) -> onDevice.add(test.threads.isOnDevice()));
    }
    test.pass(RUN.multipliedBy(2));
    test.devices.set(0, test.failing(new InvalidInputException("rank")));
    test.ask(5);
    test.pass(RUN.multipliedBy(2));

    assertThat(all.get(0)).isCompleted();
    assertThat(onDevice).hasSize(4).containsOnly(false);
  }

  @Test
  void shouldServeHighBeforeNormalBeforeLowAndTheOldestFirstWithin() {
    test.ask(0);
    test.ask(1, Priority.LOW);
    test.ask(2, Priority.NORMAL);
    test.ask(3, Priority.HIGH);
    test.ask(4, Priority.NORMAL);
    test.ask(5, Priority.HIGH);
    test.pass(Duration.ofSeconds(1));

    assertThat(test.runs())
        .containsExactly(value(0), value(3), value(5), value(2), value(4), value(1));
  }

  @Test
  void shouldRefuseAtOnceWhenTheQueueIsFullAndSayWhenToRetry() {
    test.ask(0);
    test.pass(RUN);
    test.submitAll(1 + QUEUE);

    Throwable refusal = failureOf(test.submit(9));

    assertThat(refusal)
        .isInstanceOfSatisfying(
            OverloadedException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(RUN.multipliedBy(1 + QUEUE)));
    assertThat(test.server.counts().rejected()).isEqualTo(1);
    assertThat(test.told.refusals).containsExactly(Refusal.QUEUE_FULL);
    test.pass(((OverloadedException) refusal).retryAfter());
    assertThat(test.server.counts().waiting()).isZero();
  }

  @Test
  void shouldTakeAHighRequestIntoAFullQueueInThePlaceOfTheYoungestLowOne() {
    test.ask(0);
    test.ask(1, Priority.LOW);
    CompletableFuture<InferenceResult> youngest = test.submit(2, Priority.LOW);
    test.submitAll(QUEUE - 2);

    CompletableFuture<InferenceResult> high = test.submit(9, Priority.HIGH);
    test.pass(Duration.ofSeconds(1));

    assertThat(failureOf(youngest)).isInstanceOf(OverloadedException.class);
    assertThat(answerOf(high)).isEqualTo(value(9));
    assertThat(test.server.counts().completed()).isEqualTo(1 + QUEUE);
    assertThat(test.server.statistics().failures()).containsEntry(Failure.OVERLOADED, 1L);
  }

  @Test
  void shouldRefuseMoreWorkThanMayBeQueuedButNeverAll() {
    TestServer small = new TestServer(config().queueWork(4));
    small.ask(0);

    CompletableFuture<InferenceResult> large =
        small.submit(TestServer.rows(1, 1, 10)); // alone it may wait, however large
    CompletableFuture<InferenceResult> refused = small.submit(2);

    assertThat(failureOf(refused)).isInstanceOf(OverloadedException.class);
    assertThat(small.told.refusals).containsExactly(Refusal.WORK_FULL);
    small.pass(Duration.ofSeconds(1));
    assertThat(large).isCompleted();
  }

  @Test
  void shouldMakeRoomInAFullQueueByEndingWhatWasTakenBack() {
    test.ask(0);
    List<CompletableFuture<InferenceResult>> old = test.submitAll(QUEUE);
    old.forEach(one -> one.cancel(false));

    CompletableFuture<InferenceResult> fresh = test.submit(9);
    test.pass(RUN.multipliedBy(2));

    assertThat(answerOf(fresh)).isEqualTo(value(9));
    assertThat(test.server.counts().cancelled()).isEqualTo(QUEUE);
  }

  @Test
  void shouldEndARequestThatExpiresWhileItWaitsAtItsDeadlineAndNeverRunIt() {
    test.ask(0);
    List<Long> endedAt = new ArrayList<>();
    long deadline = test.in(RUN.dividedBy(2));
    CompletableFuture<InferenceResult> late = test.submit(1, deadline);
    TestServer.whenEnded(late, (result, e) -> endedAt.add(test.now()));
    test.pass(Duration.ofSeconds(1));

    assertThat(failureOf(late)).isInstanceOf(DeadlineExceededException.class);
    assertThat(endedAt).containsExactly(deadline);
    assertThat(test.runs()).containsExactly(value(0));
    assertThat(test.server.counts().expired()).isEqualTo(1);
  }

  @Test
  void shouldEndARequestThatExpiresWhileItRunsAtItsDeadline() {
    List<Long> endedAt = new ArrayList<>();
    long deadline = test.in(RUN.dividedBy(2));
    CompletableFuture<InferenceResult> late = test.submit(1, deadline);
    TestServer.whenEnded(late, (result, e) -> endedAt.add(test.now()));
    test.pass(Duration.ofSeconds(1));

    assertThat(failureOf(late)).isInstanceOf(DeadlineExceededException.class);
    assertThat(endedAt).containsExactly(deadline);
    assertThat(test.server.counts().expired()).isEqualTo(1);
    assertThat(test.server.counts().completed()).isZero();
  }

  @Test
  void shouldNotPutOffAnAlarmThatIsDue() {
    List<Long> endedAt = new ArrayList<>();
    test.devices.set(0, test.echo(Duration.ofSeconds(1), Duration.ZERO));
    test.ask(0);
    long deadline = test.in(RUN);
    // It comes when the alarm for the other one's deadline is due, but has not rung yet.
    test.threads.schedule(RUN.toNanos(), () -> test.ask(2, test.in(Duration.ofMillis(900))));
    TestServer.whenEnded(test.submit(1, deadline), (result, e) -> endedAt.add(test.now()));
    test.pass(Duration.ofSeconds(2));

    assertThat(endedAt).containsExactly(deadline);
  }

  @Test
  void shouldRefuseARequestThatHasExpiredAlready() {
    assertThat(failureOf(test.submit(1, test.now()))).isInstanceOf(DeadlineExceededException.class);
    assertThat(test.runs()).isEmpty();
    assertThat(test.told.refusals).containsExactly(Refusal.EXPIRED);
  }

  @Test
  void shouldRefuseWhatCouldNotBeAnsweredInTimeAndTakeTheSameWithMoreTime() {
    test.ask(0);
    test.pass(RUN);
    test.submitAll(4);

    CompletableFuture<InferenceResult> hopeless = test.submit(5, test.in(RUN.multipliedBy(4)));
    CompletableFuture<InferenceResult> inTime = test.submit(6, test.in(RUN.multipliedBy(6)));
    test.pass(Duration.ofSeconds(1));

    assertThat(failureOf(hopeless)).isInstanceOf(OverloadedException.class);
    assertThat(test.told.refusals).containsExactly(Refusal.HOPELESS);
    assertThat(answerOf(inTime)).isEqualTo(value(6));
  }

  @Test
  void shouldTryARequestOnAnIdleDeviceHoweverLittleTimeItSeemsToHave() {
    test.devices.set(0, test.echo(Duration.ofSeconds(1), Duration.ZERO));
    IntStream.range(0, 20)
        .forEach(
            i -> {
              test.ask(i);
              test.pass(Duration.ofSeconds(1));
            });
    test.devices.set(0, test::echo); // it has become fast again, which nobody knows yet

    CompletableFuture<InferenceResult> answer = test.submit(1, test.in(RUN.multipliedBy(2)));
    test.pass(RUN);

    assertThat(answerOf(answer)).isEqualTo(value(1));
  }

  @Test
  void shouldPassTheDeadlineAndTheCancellationOnToTheRun() {
    long deadline = test.in(Duration.ofSeconds(5));
    CompletableFuture<InferenceResult> running = test.submit(1, deadline);
    test.pass(Duration.ofMillis(1));

    var options = test.session().options.get(test.session().options.size() - 1);
    assertThat(options.deadlineNanos()).isEqualTo(deadline);
    assertThat(options.cancelled().getAsBoolean()).isFalse();
    running.cancel(false);
    assertThat(options.cancelled().getAsBoolean()).isTrue();
  }

  @Test
  void shouldNotRunARequestThatWasTakenBack() {
    test.ask(0);
    test.submit(1).cancel(false);
    CompletableFuture<InferenceResult> next = test.submit(2);
    test.pass(RUN.multipliedBy(2));

    assertThat(answerOf(next)).isEqualTo(value(2));
    assertThat(test.runs()).hasSize(2);
    assertThat(test.server.counts().cancelled()).isEqualTo(1);
  }

  @Test
  void shouldCountARequestThatIsTakenBackWhileItRunsAsCancelled() {
    CompletableFuture<InferenceResult> running = test.submit(1);
    test.pass(RUN.dividedBy(2));
    running.cancel(false);
    test.pass(RUN);

    assertThat(test.server.counts().cancelled()).isEqualTo(1);
    assertThat(test.server.counts().completed()).isZero();
  }

  @Test
  void shouldStayStableAndServeOnAfterABadRequest() {
    test.devices.set(0, test.failing(new InvalidInputException("rank")));
    CompletableFuture<InferenceResult> bad = test.submit(1);
    test.pass(RUN);
    test.devices.set(0, test::echo);
    CompletableFuture<InferenceResult> good = test.submit(2);
    test.pass(RUN);

    assertThat(failureOf(bad)).hasMessage("rank");
    assertThat(answerOf(good)).isEqualTo(value(2));
    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);
    assertThat(test.server.statistics().failures()).containsEntry(Failure.INVALID, 1L);
    assertThat(test.server.errors()).isEmpty();
  }

  @Test
  void shouldOutliveAnErrorOfTheModel() {
    test.devices.set(
        0,
        (inputs, bounds) -> {
          throw new OutOfMemoryError("arena");
        });
    CompletableFuture<InferenceResult> bad = test.submit(1);
    test.pass(RUN);
    test.devices.set(0, test::echo);
    CompletableFuture<InferenceResult> good = test.submit(2);
    test.pass(RUN);

    assertThat(failureOf(bad)).isInstanceOf(GpuInferException.class).hasMessageContaining("arena");
    assertThat(answerOf(good)).isEqualTo(value(2));
    assertThat(test.server.errors()).extracting(ServerError::message).hasSize(1);
  }

  @Test
  void shouldFinishWhatWasAdmittedBeforeItCloses() {
    List<CompletableFuture<InferenceResult>> admitted = test.submitAll(3);
    test.server.shutdown();
    CompletableFuture<InferenceResult> tooLate = test.submit(9);

    assertThat(failureOf(tooLate)).hasMessageContaining("closed");
    assertThat(test.told.refusals).containsExactly(Refusal.CLOSED);
    test.pass(RUN.multipliedBy(2));
    assertThat(test.session().closed).isFalse();
    test.pass(RUN.multipliedBy(2));
    assertThat(admitted).allSatisfy(one -> assertThat(one).isCompleted());
    assertThat(test.session().closed).isTrue();
    assertThat(test.server.instances())
        .allMatch(instance -> instance.phase() == InstanceStatus.Phase.CLOSED);
  }

  @Test
  void shouldDoNothingMoreOnceItIsClosed() {
    TestServer watched = new TestServer(config().canaryInterval(Duration.ofSeconds(1)));
    watched.server.shutdown();
    watched.pass(Duration.ofSeconds(1));
    int runs = watched.session().runs.size();

    watched.pass(Duration.ofMinutes(1));

    assertThat(watched.session().runs).hasSize(runs);
  }

  @Test
  void shouldRefuseRoomAsItWouldRefuseTheRequest() {
    assertThat(catchThrowable(() -> test.server.requireRoom(Priority.HIGH, Long.MAX_VALUE)))
        .isNull();
    test.submitAll(1 + QUEUE);

    assertThatThrownBy(() -> test.server.requireRoom(Priority.NORMAL, Long.MAX_VALUE))
        .isInstanceOf(OverloadedException.class);
    assertThatThrownBy(() -> test.server.requireRoom(Priority.HIGH, test.now()))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(catchThrowable(() -> test.server.requireRoom(Priority.HIGH, Long.MAX_VALUE)))
        .as("it could take the place of one that waits")
        .isNull();
    test.server.shutdown();
    assertThatThrownBy(() -> test.server.requireRoom(Priority.HIGH, Long.MAX_VALUE))
        .hasMessageContaining("closed");

    assertThat(test.server.counts().rejected()).isEqualTo(3);
    assertThat(test.told.refusals)
        .containsExactly(Refusal.QUEUE_FULL, Refusal.EXPIRED, Refusal.CLOSED);
    assertThat(test.server.counts().admitted()).isEqualTo(1 + QUEUE);
  }

  @Test
  void shouldHaveRoomOnceWhatFilledTheQueueWasTakenBack() {
    test.ask(0);
    test.submitAll(QUEUE).forEach(one -> one.cancel(false));

    assertThat(catchThrowable(() -> test.server.requireRoom(Priority.NORMAL, Long.MAX_VALUE)))
        .isNull();
  }

  @Test
  void shouldTellOfEachBatchAndEachEnd() {
    test.ask(1);
    test.ask(2, test.in(RUN.dividedBy(2)));
    test.pass(Duration.ofSeconds(1));

    assertThat(test.told.batches)
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.requests()).isEqualTo(1);
              assertThat(batch.items()).isEqualTo(1);
              assertThat(batch.nanos()).isEqualTo(RUN.toNanos());
            });
    assertThat(test.told.requests)
        .extracting(RequestReport::outcome)
        .containsExactly(Outcome.EXPIRED, Outcome.COMPLETED);
    assertThat(test.told.requests.get(0).cause()).isInstanceOf(DeadlineExceededException.class);
    assertThat(test.told.requests.get(0).totalNanos()).isEqualTo(RUN.toNanos() / 2);
    assertThat(test.told.requests.get(1).totalNanos()).isEqualTo(RUN.toNanos());
  }

  @Test
  void shouldAnswerEvenWhenItsListenerThrows() {
    ServerListener rude =
        new ServerListener() {
          @Override
          public void batchEnded(BatchReport batch) {
            throw new IllegalStateException("rude");
          }

          @Override
          public void requestEnded(RequestReport request) {
            throw new StackOverflowError("very rude");
          }
        };
    TestServer other = new TestServer(config(), 1, rude);
    CompletableFuture<InferenceResult> answer = other.submit(1);
    other.pass(RUN);

    assertThat(answerOf(answer)).isEqualTo(value(1));
  }

  @Test
  void shouldTellOutsideItsLock() {
    List<Boolean> kept = new ArrayList<>();
    ModelServer[] server = new ModelServer[1];
    ServerListener curious =
        new ServerListener() {
          @Override
          public void requestEnded(RequestReport request) {
            Thread other = new Thread(() -> server[0].counts());
            other.setDaemon(true);
            other.start();
            try {
              other.join(5_000);
              kept.add(other.isAlive());
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    TestServer asked = new TestServer(config(), 1, curious);
    server[0] = asked.server;
    asked.ask(1);
    asked.pass(RUN);

    assertThat(kept).as("another thread waits for the listener").containsExactly(false);
  }

  @Test
  void shouldBeDegradedWhileTheQueueIsOverHalfFullAndForAWhileAfter() {
    test.submitAll(1 + QUEUE / 2);
    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);

    test.ask(9);

    assertThat(test.server.state()).isEqualTo(ServerState.DEGRADED);
    test.pass(Duration.ofMillis(300));
    assertThat(test.server.state()).isEqualTo(ServerState.DEGRADED);
    test.pass(Duration.ofMillis(500));
    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);
    assertThat(test.told.states()).containsExactly(ServerState.DEGRADED, ServerState.STABLE);
    assertThat(test.server.history()).isEqualTo(test.told.changes);
  }

  @Test
  void shouldBeDegradedWhileAQueueStands() {
    TestServer long4 = new TestServer(config().queueCapacity(1000));
    for (int i = 0; i < 60; i++) {
      long4.ask(i, long4.in(Duration.ofMillis(200)));
      long4.ask(i, long4.in(Duration.ofMillis(200)));
      long4.pass(RUN);
    }

    assertThat(long4.told.changes)
        .first()
        .satisfies(change -> assertThat(change.reason()).contains("wait for long"));
    long4.pass(Duration.ofSeconds(2));
    assertThat(long4.server.state()).isEqualTo(ServerState.STABLE);
  }

  @Test
  void shouldSpreadWhatItCountsOverTheStatistics() {
    test.submitAll(3);
    test.pass(Duration.ofSeconds(1));

    ServerStatistics statistics = test.server.statistics();
    assertThat(statistics.counts()).isEqualTo(new ServerCounts(3, 3, 0, 0, 0, 0, 0));
    assertThat(statistics.executions()).isEqualTo(3);
    assertThat(statistics.items()).isEqualTo(3);
    assertThat(statistics.latency().count()).isEqualTo(3);
    assertThat(statistics.queueNanos()).isEqualTo(3 * RUN.toNanos());
    assertThat(statistics.placement()).containsOnlyKeys("fake");
    assertThat(statistics.batchTime().nanos(1)).isEqualTo(RUN.toNanos());
    assertThat(Map.copyOf(statistics.refusals())).isEmpty();
  }
}
