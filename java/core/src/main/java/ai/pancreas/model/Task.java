package ai.pancreas.model;

/** What a model is for, and what happens to CTs around its network. */
public sealed interface Task permits SegmentationTask, ClassificationTask {

  /** A word for people, such as {@code segmentation}. */
  String name();
}
