package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntakeTest {

  private static final TaskCall CALL = TaskCall.of(Priority.NORMAL);

  private final AtomicLong clock = new AtomicLong();
  private final Intake intake = new Intake("test", 2, 2, Runnable::run, clock::get);
  private final List<String> begun = new ArrayList<>();
  private final List<CompletableFuture<String>> calls = new ArrayList<>();
  private final List<Long> waits = new ArrayList<>();

  @Test
  void shouldLetOnlySoManyWorkAtOnceAndTheNextWhenOneEnds() {
    CompletableFuture<String> first = new CompletableFuture<>();
    begin("a", CALL, first);
    begin("b", CALL, new CompletableFuture<>());
    begin("c", CALL, new CompletableFuture<>());
    assertThat(begun).containsExactly("a", "b");

    clock.set(5);
    first.complete("done");

    assertThat(begun).containsExactly("a", "b", "c");
    assertThat(waits).containsExactly(0L, 0L, 5L);
  }

  @Test
  void shouldRefuseAtOnceWhenTooManyWaitAndSayWhenToRetry() {
    CompletableFuture<String> measured = new CompletableFuture<>();
    begin("measured", CALL, measured);
    clock.set(Duration.ofSeconds(3).toNanos());
    measured.complete("done");
    for (String name : List.of("a", "b", "c", "d")) {
      begin(name, CALL, new CompletableFuture<>());
    }

    CompletableFuture<String> refused = admit("e", CALL, new CompletableFuture<>());

    assertThat(failureOf(refused))
        .isInstanceOfSatisfying(
            OverloadedException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(3)));
  }

  @Test
  void shouldRefuseNothingMoreOfACallThatWasAdmitted() {
    CompletableFuture<String> first = new CompletableFuture<>();
    begin("a", CALL, first);
    for (String name : List.of("b", "c", "d")) {
      begin(name, CALL, new CompletableFuture<>());
    }

    CompletableFuture<String> more = intake.admitMore(CALL, waited -> first);

    assertThat(failureOf(admit("e", CALL, new CompletableFuture<>())))
        .isInstanceOf(OverloadedException.class);
    first.complete("done");
    calls.forEach(call -> call.complete("done"));
    assertThat(more).isNotCompletedExceptionally();
  }

  @Test
  void shouldServeHigherPrioritiesFirst() {
    CompletableFuture<String> first = new CompletableFuture<>();
    begin("a", CALL, first);
    begin("b", CALL, new CompletableFuture<>());
    begin("low", TaskCall.of(Priority.LOW), new CompletableFuture<>());
    begin("high", TaskCall.of(Priority.HIGH), new CompletableFuture<>());

    first.complete("done");

    assertThat(begun).containsExactly("a", "b", "high");
  }

  @Test
  void shouldEndWhatExpiredWhileItWaitedAndGoOn() {
    CompletableFuture<String> first = new CompletableFuture<>();
    begin("a", CALL, first);
    begin("b", CALL, new CompletableFuture<>());
    CompletableFuture<String> late =
        admit("late", new TaskCall(Priority.NORMAL, 10), new CompletableFuture<>());
    begin("next", CALL, new CompletableFuture<>());

    clock.set(10);
    first.complete("done");

    assertThat(failureOf(late)).isInstanceOf(DeadlineExceededException.class);
    assertThat(begun).containsExactly("a", "b", "next");
  }

  @Test
  void shouldGoOnAfterAFailure() {
    CompletableFuture<String> failed =
        intake.admit(
            CALL,
            waited -> {
              throw new IllegalStateException("bug");
            });
    begin("a", CALL, new CompletableFuture<>());
    begin("b", CALL, new CompletableFuture<>());

    assertThat(failureOf(failed)).hasMessageContaining("bug");
    assertThat(begun).containsExactly("a", "b");
  }

  private void begin(String name, TaskCall call, CompletableFuture<String> end) {
    calls.add(admit(name, call, end));
  }

  private CompletableFuture<String> admit(
      String name, TaskCall call, CompletableFuture<String> end) {
    return intake.admit(
        call,
        waited -> {
          begun.add(name);
          waits.add(waited);
          return end;
        });
  }

  private static Throwable failureOf(CompletableFuture<?> call) {
    return call.handle((value, failure) -> failure).join();
  }
}
