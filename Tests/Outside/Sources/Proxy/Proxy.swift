/// A stranger's target of a name that this project once took.
