package io.gpuinfer.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import org.junit.jupiter.api.Test;

class BoundedQueueTest {

  private final BoundedQueue<String> queue = new BoundedQueue<>(4);

  @Test
  void shouldServeHigherPrioritiesFirstAndTheOldestFirstWithin() {
    fill();

    assertThat(queue.elements()).containsExactly("high", "normal 1", "normal 2", "low");
    assertThat(queue.peek()).isEqualTo("high");
    assertThat(queue.poll()).isEqualTo("high");
    assertThat(queue.poll()).isEqualTo("normal 1");
    assertThat(queue.poll()).isEqualTo("normal 2");
    assertThat(queue.poll()).isEqualTo("low");
    assertThat(queue.poll()).isNull();
    assertThat(queue.peek()).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void shouldRefuseWhenItIsFullUntilThereIsRoom() {
    fill();

    assertThat(queue.offer("late", Priority.HIGH)).isFalse();
    queue.poll();
    assertThat(queue.offer("late", Priority.HIGH)).isTrue();
    assertThat(queue.size()).isEqualTo(4);
  }

  @Test
  void shouldPutBackBeforeAllOthersOfItsPriorityEvenWhenItIsFull() {
    fill();

    queue.putBack("again", Priority.NORMAL);

    assertThat(queue.elements()).containsExactly("high", "again", "normal 1", "normal 2", "low");
    assertThat(queue.size()).isEqualTo(5);
  }

  @Test
  void shouldTakeOutWhatFitsInTheOrderOfService() {
    fill();

    assertThat(queue.removeIf(element -> !element.startsWith("normal")))
        .containsExactly("high", "low");
    assertThat(queue.size()).isEqualTo(2);
  }

  @Test
  void shouldTakeTheYoungestOfTheLowestBelow() {
    fill();

    assertThat(queue.pollLast(Priority.HIGH)).isEqualTo("low");
    assertThat(queue.pollLast(Priority.NORMAL)).isNull();
    assertThat(queue.pollLast(Priority.HIGH)).isEqualTo("normal 2");
    assertThat(queue.size()).isEqualTo(2);
  }

  private void fill() {
    queue.offer("low", Priority.LOW);
    queue.offer("normal 1", Priority.NORMAL);
    queue.offer("high", Priority.HIGH);
    queue.offer("normal 2", Priority.NORMAL);
  }
}
