package ai.pancreas.train;

/**
 * How long a training goes on, and what happens on the way.
 *
 * @param schedule the learning rate
 * @param epochs how often the training data are gone through
 * @param validationInterval epochs from one validation to the next; the last epoch has one, too
 * @param keep which weights the model gets
 * @param earlyStop epochs without a better validation after which training stops; 0 for never
 * @param batchThreads for making batches
 */
record LoopOptions(
    LearningRateSchedule schedule,
    int epochs,
    int validationInterval,
    Keep keep,
    int earlyStop,
    int batchThreads) {}
