package io.gpuinfer.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.Refusal;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.batch.Job;
import io.gpuinfer.serving.batch.Jobs;
import io.gpuinfer.serving.batch.WorkEstimate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Requests of one row and one unit of work, which takes 10 ns; a run takes 100 ns besides. */
class AdmissionTest {

  private static final int CAPACITY = 3;
  private static final long NEVER = Long.MAX_VALUE;

  private final WaitingLine line = new WaitingLine(CAPACITY, new WorkEstimate());
  private final AdaptiveLimit limit = new AdaptiveLimit(2, 4);
  private final CoDel codel = new CoDel();
  private final Admission admission = new Admission(line, 0, limit, codel);

  @Test
  void shouldTakeARequestWhileThereIsRoom() {
    assertThat(refusal(Priority.LOW, NEVER, load(0))).isEmpty();
  }

  @Test
  void shouldRefuseWhatHasExpiredBeforeAnythingElse() {
    assertThat(refusal(Priority.HIGH, 0, load(ServerState.OFFLINE, 0))).contains(Refusal.EXPIRED);
  }

  @Test
  void shouldRefuseWithoutADevice() {
    assertThat(refusal(Priority.HIGH, NEVER, load(ServerState.OFFLINE, 0)))
        .contains(Refusal.OFFLINE);
  }

  @Test
  void shouldLetInAsManyAsTheStateAllowsWhileItRecovers() {
    assertThat(refusal(Priority.HIGH, NEVER, load(ServerState.RECOVERING, 1))).isEmpty();
    assertThat(refusal(Priority.HIGH, NEVER, load(ServerState.RECOVERING, 2)))
        .contains(Refusal.RECOVERING);
  }

  @Test
  void shouldLetAHigherPriorityIntoAFullQueueInThePlaceOfTheYoungestOfTheLowest() {
    Job normal = wait(Priority.NORMAL);
    Job older = wait(Priority.LOW);
    Job youngest = wait(Priority.LOW);

    assertThat(refusal(Priority.LOW, NEVER, load(3))).contains(Refusal.QUEUE_FULL);
    assertThat(refusal(Priority.NORMAL, NEVER, load(3))).isEmpty();
    assertThat(admission.makeRoom(Priority.NORMAL, 1, 3)).containsExactly(youngest);
    wait(Priority.NORMAL);
    assertThat(admission.makeRoom(Priority.NORMAL, 1, 3)).containsExactly(older);
    wait(Priority.NORMAL);
    assertThat(refusal(Priority.NORMAL, NEVER, load(3))).contains(Refusal.QUEUE_FULL);
    assertThat(admission.makeRoom(Priority.NORMAL, 1, 3)).isEmpty();
    assertThat(line.parts()).contains(normal.parts().get(0));
  }

  @Test
  void shouldRefuseBeyondTheLimitUnlessALowerOneCanGo() {
    assertThat(refusal(Priority.NORMAL, NEVER, load(4))).contains(Refusal.LIMIT);
    Job low = wait(Priority.LOW);

    assertThat(refusal(Priority.NORMAL, NEVER, load(4))).isEmpty();
    assertThat(admission.makeRoom(Priority.NORMAL, 1, 4)).containsExactly(low);
  }

  @Test
  void shouldBoundTheWorkThatWaitsAndShedAsMuchAsIsNeeded() {
    Admission bounded = new Admission(line, 3, limit, codel);
    assertThat(bounded.refusal(Priority.LOW, 5, 1, NEVER, load(0)))
        .as("alone it may wait, however large")
        .isEmpty();
    Job low = wait(Priority.LOW);
    Job lower = wait(Priority.LOW);

    assertThat(bounded.refusal(Priority.LOW, 2, 1, NEVER, load(2))).contains(Refusal.WORK_FULL);
    assertThat(bounded.refusal(Priority.NORMAL, 3, 1, NEVER, load(2))).isEmpty();
    assertThat(bounded.makeRoom(Priority.NORMAL, 3, 2)).containsExactly(lower, low);
  }

  @Test
  void shouldRefuseWhatWouldBeAnsweredTooLate() {
    wait(Priority.NORMAL);
    Load load = load(1); // 50 until free, then a run of two: 100 + 2 · 10

    assertThat(admission.answerNanos(Priority.NORMAL, 1, 1, load)).isEqualTo(170);
    assertThat(refusal(Priority.NORMAL, 170, load)).isEmpty();
    assertThat(refusal(Priority.NORMAL, 169, load)).contains(Refusal.HOPELESS);
    assertThat(refusal(Priority.HIGH, 160, load)).as("it goes first").isEmpty();
  }

  @Test
  void shouldCountTheRunsThatWaitBefore() {
    wait(Priority.NORMAL);
    wait(Priority.NORMAL);

    assertThat(admission.answerNanos(Priority.NORMAL, 1, 1, load(2))).isEqualTo(50 + 2 * 100 + 30);
  }

  @Test
  void shouldTryOnAnIdleDeviceHoweverLongItIsExpectedToTake() {
    Load idle = new Load(ServerState.STABLE, 0, 9, 10, 100, 2, 1, 0, 0);

    assertThat(refusal(Priority.NORMAL, 1, idle)).isEmpty();
  }

  @Test
  void shouldLearnThatRequestsWaitLongerThanExpectedAndForgetIt() {
    for (int i = 0; i < 100; i++) {
      admission.ended(Priority.LOW, 100, 300, 0);
    }
    admission.ended(Priority.LOW, 0, 1_000_000, 0); // nothing had been expected

    assertThat(refusal(Priority.LOW, 400, load(0))).contains(Refusal.HOPELESS);
    assertThat(refusal(Priority.LOW, 500, load(0))).isEmpty();
    assertThat(refusal(Priority.NORMAL, 170, load(0))).as("others do not").isEmpty();
    long later = 20_000_000_000L;
    Load muchLater = new Load(ServerState.STABLE, 0, 9, 10, 100, 2, 1, 50, later);
    assertThat(refusal(Priority.LOW, 170, muchLater)).isEmpty();
  }

  @Test
  void shouldShedLowPriorityWhileTheQueueStands() {
    long now = 0;
    for (int i = 0; i < 50; i++) {
      now += 20_000_000;
      codel.taken(1_000_000_000, 1_000_000, now);
    }

    assertThat(refusal(Priority.LOW, NEVER, load(0))).contains(Refusal.SHED);
    assertThat(refusal(Priority.NORMAL, NEVER, load(0))).isEmpty();
  }

  private Optional<Refusal> refusal(Priority priority, long left, Load load) {
    return admission.refusal(priority, 1, 1, left, load);
  }

  private Job wait(Priority priority) {
    Job job = Jobs.job(priority);
    line.add(job);
    return job;
  }

  private static Load load(int inServer) {
    return load(ServerState.STABLE, inServer);
  }

  private static Load load(ServerState state, int inServer) {
    return new Load(state, inServer, 2, 10, 100, 2, 1, 50, 0);
  }

  @Test
  void shouldShareTheRunsOverTheDevices() {
    Load two = new Load(ServerState.STABLE, 0, 9, 10, 100, 2, 2, 50, 0);

    assertThat(List.of(two.nanos(8, 8), two.nanos(1, 1)))
        .containsExactly(50 + 2 * 100 + 40.0, 50 + 100 + 5.0);
  }
}
