package io.gpuinfer.serving;

import static io.gpuinfer.serving.TestServer.RUN;
import static io.gpuinfer.serving.TestServer.answerOf;
import static io.gpuinfer.serving.TestServer.failureOf;
import static io.gpuinfer.serving.TestServer.isCanary;
import static io.gpuinfer.serving.TestServer.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.state.StateChange;
import io.gpuinfer.serving.state.StateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Devices that fail, hang, compute wrongly and come back, on the virtual clock. */
class ModelServerDeviceTest {

  private static final DeviceOfflineException BROKEN =
      new DeviceOfflineException("CL_INVALID_WORK_GROUP_SIZE", -54);
  private static final Duration WATCHDOG = Duration.ofSeconds(1);
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  private final TestServer test = new TestServer(config());

  private static ServerConfig.Builder config() {
    return ServerConfig.builder("fake", "3").watchdog(WATCHDOG).canaryInterval(Duration.ZERO);
  }

  @Test
  void shouldLetSeveralInstancesShareTheWork() {
    TestServer two = new TestServer(config(), 2);
    List<CompletableFuture<InferenceResult>> answers = two.submitAll(4);
    two.pass(RUN.multipliedBy(2));

    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    assertThat(two.server.instances()).extracting(InstanceStatus::batches).containsExactly(2L, 2L);
  }

  @Test
  void shouldRunOnAnotherDeviceWhatOneFailedOn() {
    TestServer two = new TestServer(config(), 2);
    two.devices.set(0, two.failing(BROKEN));
    two.onLoad = failing();
    List<CompletableFuture<InferenceResult>> answers = two.submitAll(4);
    two.pass(RUN);

    assertThat(two.server.state()).isEqualTo(ServerState.DEGRADED);
    assertThat(two.server.instances())
        .extracting(InstanceStatus::phase)
        .containsExactly(InstanceStatus.Phase.DOWN, InstanceStatus.Phase.BUSY);
    two.pass(RUN.multipliedBy(5));
    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    assertThat(two.told.requests).allMatch(request -> request.outcome() == Outcome.COMPLETED);
  }

  @Test
  void shouldServeWhatFailedBeforeWhatCameAfterIt() {
    TestServer two = new TestServer(config(), 2);
    two.devices.set(0, two.failing(BROKEN));
    two.submitAll(4);
    two.pass(RUN.multipliedBy(6));

    assertThat(two.sessions.get(1).runs.stream().filter(run -> !isCanary(run)))
        .extracting(run -> run.get("x").doubleAt(0))
        .containsExactly(1.0, 0.0, 2.0, 3.0);
  }

  @Test
  void shouldFailARequestThatTwoDevicesFailedOn() {
    TestServer three = new TestServer(config(), 3);
    for (int device = 0; device < 3; device++) {
      three.devices.set(device, deadlyOne(three, RUN.plusMillis(device)));
    }
    CompletableFuture<InferenceResult> deadly = three.submit(1);
    CompletableFuture<InferenceResult> other = three.submit(2);
    three.ask(3);
    three.pass(Duration.ofMillis(400));

    assertThat(failureOf(deadly)).isSameAs(BROKEN);
    assertThat(answerOf(other)).isEqualTo(value(2));
    assertThat(three.server.instances())
        .extracting(InstanceStatus::failures)
        .containsExactly(1L, 1L, 0L);
  }

  @Test
  void shouldBeStableAgainOnceAllDevicesAreBack() {
    TestServer two = new TestServer(config(), 2);
    two.devices.set(0, two.failing(BROKEN));
    two.submitAll(2);
    two.pass(RUN.multipliedBy(3));
    two.devices.set(0, two::echo);
    two.pass(Duration.ofSeconds(2));

    assertThat(two.told.states()).containsExactly(ServerState.DEGRADED, ServerState.STABLE);
    assertThat(two.server.instances())
        .allMatch(instance -> instance.phase() == InstanceStatus.Phase.IDLE);
    assertThat(two.told.changes.get(0).reason()).contains("instance 0 on fake is down");
  }

  @Test
  void shouldGoOfflineWithItsOnlyDeviceFailWhatWaitsAndRefuseAtOnce() {
    CompletableFuture<InferenceResult> running = test.submit(1);
    CompletableFuture<InferenceResult> waiting = test.submit(2);
    test.devices.set(0, test.failing(BROKEN));
    test.pass(RUN);

    CompletableFuture<InferenceResult> late = test.submit(3);

    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
    assertThat(failureOf(running)).isSameAs(BROKEN);
    assertThat(failureOf(waiting))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("CL_INVALID_WORK_GROUP_SIZE");
    assertThat(failureOf(late))
        .isInstanceOfSatisfying(
            DeviceOfflineException.class, e -> assertThat(e.status()).isEqualTo(-54));
    assertThatThrownBy(() -> test.server.requireRoom(Priority.HIGH, Long.MAX_VALUE))
        .isInstanceOf(DeviceOfflineException.class);
    assertThat(test.told.refusals).containsExactly(Refusal.OFFLINE, Refusal.OFFLINE);
    assertThat(test.server.statistics().failures()).containsEntry(Failure.OFFLINE, 2L);
    assertThat(test.runs()).hasSize(1);
    assertThat(test.server.errors())
        .extracting(ServerError::message)
        .containsExactly(BROKEN.getMessage());
  }

  @Test
  void shouldTellOfEachChangeOnceWithItsReason() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(Duration.ofSeconds(10));

    assertThat(test.told.changes)
        .extracting(StateChange::event)
        .containsExactly(StateEvent.DEVICE_FAILED, StateEvent.DEVICE_BACK, StateEvent.PROVEN);
    assertThat(test.told.changes)
        .allSatisfy(
            change -> {
              assertThat(change.server()).isEqualTo("fake");
              assertThat(change.version()).isEqualTo("3");
              assertThat(change.reason()).isNotBlank();
            });
    assertThat(test.server.history()).isEqualTo(test.told.changes);
  }

  @Test
  void shouldTryAgainAfterHalfASecondAndThenWaitTwiceAsLongUpToEightSeconds() {
    test.onLoad = failing();
    breakDown();
    long failedAt = test.now();
    test.pass(Duration.ofSeconds(40));

    List<Long> waits = new ArrayList<>();
    long before = failedAt;
    for (long at : test.loadedAt.subList(1, test.loadedAt.size())) {
      waits.add(Duration.ofNanos(at - before).toMillis());
      before = at;
    }
    assertThat(waits).startsWith(500L, 1000L, 2000L, 4000L, 8000L, 8000L);
    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
  }

  @Test
  void shouldWaitShortlyAgainAfterAFailureOfADeviceThatWasProven() {
    test.onLoad = failing();
    breakDown();
    test.pass(Duration.ofSeconds(6));
    test.onLoad = () -> {};
    test.devices.set(0, test::echo);
    test.pass(Duration.ofSeconds(30));
    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);

    breakDown();
    long failedAt = test.now();
    test.pass(FIRST_WAIT.plusMillis(1));

    assertThat(test.loadedAt.get(test.loadedAt.size() - 1))
        .isEqualTo(failedAt + FIRST_WAIT.toNanos());
  }

  @Test
  void shouldSetTheDeviceUpAnewAndTryItWithTheCanaryBeforeItGetsRequests() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(FIRST_WAIT);
    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
    test.pass(RUN);

    assertThat(test.server.state()).isEqualTo(ServerState.RECOVERING);
    assertThat(test.sessions).hasSize(2);
    assertThat(test.sessions.get(0).closed).isTrue();
    assertThat(test.sessions.get(1).runs).hasSize(1).allMatch(TestServer::isCanary);
    CompletableFuture<InferenceResult> answer = test.submit(1);
    test.pass(RUN);
    assertThat(answerOf(answer)).isEqualTo(value(1));
  }

  @Test
  void shouldStayOfflineWhileTheCanaryIsWrong() {
    breakDown();
    test.devices.set(0, wrong());
    test.pass(Duration.ofSeconds(20));

    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
    assertThat(test.told.states()).containsExactly(ServerState.OFFLINE);
    assertThat(test.server.instances().get(0).lastError()).contains("computes wrongly");
    assertThat(test.sessions).hasSizeGreaterThan(3).allMatch(session -> session.closed);
  }

  @Test
  void shouldLetInOneThenTwiceAsManyWithEachCleanBatchWhileItRecovers() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(FIRST_WAIT.plus(RUN));

    List<Integer> admitted = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      int before = (int) test.server.counts().admitted();
      int inServer = before - test.told.requests.size();
      List<CompletableFuture<InferenceResult>> all = test.submitAll(10);
      admitted.add((int) test.server.counts().admitted() - before + inServer);
      assertThat(failureOf(all.get(9)))
          .isInstanceOf(DeviceOfflineException.class)
          .hasMessageContaining("has come back and takes few requests yet");
      test.pass(RUN); // one clean batch
    }

    assertThat(admitted).containsExactly(1, 2, 4);
    assertThat(test.server.statistics().refusals()).containsKey(Refusal.RECOVERING);
  }

  @Test
  void shouldBeStableAfterSixCleanBatches() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(FIRST_WAIT.plus(RUN));

    for (int i = 0; i < 6; i++) {
      assertThat(test.server.state()).as("after %d batches", i).isEqualTo(ServerState.RECOVERING);
      test.ask(i);
      test.pass(RUN);
    }

    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);
    assertThat(test.submitAll(50)).noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void shouldRecoverWithoutTrafficThroughCanaries() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(Duration.ofSeconds(3));

    assertThat(test.told.states())
        .containsExactly(ServerState.OFFLINE, ServerState.RECOVERING, ServerState.STABLE);
  }

  @Test
  void shouldGoOfflineAgainWhenTheDeviceFailsWhileItRecovers() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(FIRST_WAIT.plus(RUN));

    breakDown();

    assertThat(test.told.states())
        .containsExactly(ServerState.OFFLINE, ServerState.RECOVERING, ServerState.OFFLINE);
    assertThat(test.sessions.get(1).closed).isTrue();
  }

  @Test
  void shouldGiveUpABatchThatHangsAndIgnoreItsLateAnswer() {
    CompletableFuture<InferenceResult> hanging = test.submit(1);
    test.devices.set(0, test.echo(Duration.ofMillis(1200), Duration.ZERO));
    test.pass(WATCHDOG);

    assertThat(failureOf(hanging))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("did not answer within 1000 ms");
    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
    assertThat(test.session().closed).as("while a call uses it").isFalse();
    test.pass(Duration.ofMillis(200));
    assertThat(test.session().closed).as("once the call has returned").isTrue();
    assertThat(test.server.counts()).isEqualTo(new ServerCounts(1, 0, 1, 0, 0, 0, 0));
    assertThat(test.told.batches).isEmpty();
  }

  @Test
  void shouldGiveABatchThatIsExpectedToTakeLongMoreTimeThanTheWatchdog() {
    test.devices.set(0, test.echo(Duration.ofMillis(900), Duration.ZERO));
    for (int i = 0; i < 5; i++) {
      test.ask(i);
      test.pass(Duration.ofSeconds(1));
    }
    test.devices.set(0, test.echo(Duration.ofSeconds(5), Duration.ZERO));

    CompletableFuture<InferenceResult> slow = test.submit(9);
    test.pass(Duration.ofSeconds(5));

    assertThat(answerOf(slow)).isEqualTo(value(9));
  }

  @Test
  void shouldRunOnAnotherDeviceWhatHungOnOne() {
    TestServer two = new TestServer(config(), 2);
    two.devices.set(0, two.hanging());
    CompletableFuture<InferenceResult> answer = two.submit(1);
    two.pass(WATCHDOG.plus(RUN));

    assertThat(answerOf(answer)).isEqualTo(value(1));
  }

  @Test
  void shouldNotLetARequestWaitForAHungDeviceBeyondItsDeadline() {
    test.devices.set(0, test.hanging());
    CompletableFuture<InferenceResult> answer = test.submit(1, test.in(RUN));
    test.pass(RUN);

    assertThat(failureOf(answer)).isInstanceOf(DeadlineExceededException.class);
    test.pass(WATCHDOG);
    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
    assertThat(test.server.counts()).isEqualTo(new ServerCounts(1, 0, 0, 1, 0, 0, 0));
  }

  @Test
  void shouldLeaveADeviceAloneOnWhichThreeCallsHang() {
    test.devices.set(0, test.hanging());
    test.ask(1);
    test.pass(Duration.ofMinutes(30));

    assertThat(test.sessions).hasSize(3);
    assertThat(test.server.instances().get(0).lastError())
        .contains("3 calls into the driver have not come back");
    assertThat(test.server.state()).isEqualTo(ServerState.OFFLINE);
  }

  @Test
  void shouldTryADeviceAgainOnceHungCallsHaveReturned() {
    test.devices.set(0, test.echo(Duration.ofMinutes(5), Duration.ZERO));
    test.ask(1);
    test.pass(Duration.ofMinutes(1));
    assertThat(test.sessions).hasSize(3);
    test.devices.set(0, test::echo);
    test.pass(Duration.ofMinutes(10));

    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);
    assertThat(test.sessions.subList(0, test.sessions.size() - 1))
        .allMatch(session -> session.closed);
  }

  @Test
  void shouldFindADeviceThatComputesWronglyWhileItIsIdle() {
    TestServer watched = new TestServer(config().canaryInterval(Duration.ofSeconds(5)));
    watched.pass(Duration.ofSeconds(20));
    assertThat(watched.server.state()).isEqualTo(ServerState.STABLE);
    watched.devices.set(0, wrong(watched));
    watched.pass(Duration.ofSeconds(10));

    assertThat(watched.server.state()).isEqualTo(ServerState.OFFLINE);
    assertThat(watched.told.changes.get(0).reason()).contains("computes wrongly");
  }

  @Test
  void shouldFindADeviceThatHangsWhileItIsIdle() {
    TestServer watched = new TestServer(config().canaryInterval(Duration.ofSeconds(5)));
    watched.devices.set(0, watched.hanging());
    watched.pass(Duration.ofSeconds(11));

    assertThat(watched.server.state()).isEqualTo(ServerState.OFFLINE);
  }

  @Test
  void shouldRunNoCanaryWhileThereIsTrafficOrNoneIsWanted() {
    TestServer watched = new TestServer(config().canaryInterval(Duration.ofSeconds(5)));
    int before = watched.session().runs.size();
    for (int i = 0; i < 100; i++) {
      watched.ask(i);
      watched.pass(Duration.ofMillis(200));
    }
    int unwatched = test.session().runs.size();
    test.pass(Duration.ofMinutes(5));

    assertThat(watched.session().runs).hasSize(before + 100);
    assertThat(test.session().runs).hasSize(unwatched);
  }

  @Test
  void shouldBeDegradedWhileBatchesAreSlowAndUntilThatIsNormal() {
    for (int i = 0; i < 20; i++) {
      test.ask(i);
      test.pass(RUN);
    }
    test.devices.set(0, test.echo(RUN.multipliedBy(4), Duration.ZERO));
    test.submitAll(5);
    test.pass(Duration.ofMillis(200));

    assertThat(test.server.state()).isEqualTo(ServerState.DEGRADED);
    assertThat(test.told.changes.get(0).reason()).contains("times as long as before");
    test.devices.set(0, test::echo);
    test.pass(Duration.ofSeconds(10));
    assertThat(test.server.state()).isEqualTo(ServerState.STABLE);
  }

  @Test
  void shouldNotServeAModelThatAnswersDifferentlyEachTime() {
    int[] runs = {0};
    TestServer.Behaviour random = (inputs, bounds) -> Map.of("y", TestServer.rows(runs[0]++, 1, 1));
    FakeSession session = new FakeSession();
    session.behaviour = random::apply;

    assertThatThrownBy(
            () ->
                new ModelServer(
                    config().build(), List.of(() -> session), test.threads, ServerListener.NONE))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("differently each time");
    assertThat(session.closed).isTrue();
  }

  @Test
  void shouldCloseADeviceThatIsBeingSetUpAnew() {
    breakDown();
    test.devices.set(0, test::echo);
    test.pass(FIRST_WAIT.plusMillis(1));
    assertThat(test.server.instances())
        .allMatch(instance -> instance.phase() == InstanceStatus.Phase.REBUILDING);

    test.server.shutdown();
    test.pass(Duration.ofMinutes(1));

    assertThat(test.sessions).hasSize(2).allMatch(session -> session.closed);
  }

  private void breakDown() {
    test.devices.set(0, test.failing(BROKEN));
    CompletableFuture<InferenceResult> answer = test.submit(1);
    test.pass(RUN);
    assertThat(failureOf(answer)).isSameAs(BROKEN);
  }

  /** A device that fails under requests of 1. */
  private static TestServer.Behaviour deadlyOne(TestServer server, Duration takes) {
    return (inputs, bounds) -> {
      server.threads.spend(takes.toNanos());
      if (inputs.get("x").equals(value(1))) {
        throw BROKEN;
      }
      return Map.of("y", inputs.get("x"));
    };
  }

  private TestServer.Behaviour wrong() {
    return wrong(test);
  }

  private static TestServer.Behaviour wrong(TestServer server) {
    return (inputs, bounds) -> {
      server.echo(inputs, bounds);
      return Map.of("y", TestServer.rows(99, 1, (int) inputs.get("x").dim(1)));
    };
  }

  private static Runnable failing() {
    return () -> {
      throw new ModelLoadException("no memory on the device");
    };
  }
}
